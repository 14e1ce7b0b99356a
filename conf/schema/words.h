// The words that settings use for enumerations.
#pragma once

#include "conf/schema/row_types.h"

namespace mailctl::conf::rows {

inline constexpr Word<Protocol> kProtocols[] = {{Protocol::Smtp, "smtp"},
                                                {Protocol::Submission, "submission"},
                                                {Protocol::Lmtp, "lmtp"},
                                                {Protocol::Imap, "imap"},
                                                {Protocol::Pop3, "pop3"},
                                                {Protocol::Http, "http"}};
inline constexpr Word<TlsMode> kTlsModes[] = {{TlsMode::None, "none"},
                                              {TlsMode::StartTls, "starttls"},
                                              {TlsMode::RequireStartTls, "starttls-required"},
                                              {TlsMode::Implicit, "implicit"}};
inline constexpr Word<PlaintextAuth> kPlaintextAuth[] = {{PlaintextAuth::OverTls, "tls"},
                                                         {PlaintextAuth::Always, "always"},
                                                         {PlaintextAuth::Never, "never"}};
inline constexpr Word<ClientCertificates> kClientCertificates[] = {
    {ClientCertificates::Ask, "ask"}, {ClientCertificates::None, "none"}};
inline constexpr Word<BanTrigger> kBanTriggers[] = {
    {BanTrigger::FailedLogin, "failed_login"}, {BanTrigger::BadCommand, "bad_command"},
    {BanTrigger::UnknownRecipient, "unknown_recipient"},
    {BanTrigger::EmptySession, "empty_session"}, {BanTrigger::Connection, "connection"},
    {BanTrigger::Trap, "trap"}};
inline constexpr Word<BareNewline> kBareNewline[] = {{BareNewline::Refuse, "refuse"},
                                                     {BareNewline::Fix, "fix"}};
inline constexpr Word<LongLines> kLongLines[] = {{LongLines::Accept, "accept"},
                                                 {LongLines::Refuse, "refuse"}};
inline constexpr Word<SenderMatch> kSenderMatch[] = {{SenderMatch::Account, "account"},
                                                     {SenderMatch::Domain, "domain"},
                                                     {SenderMatch::Off, "off"}};
inline constexpr Word<LocalSender> kLocalSender[] = {{LocalSender::Auth, "auth"},
                                                     {LocalSender::Trusted, "trusted"},
                                                     {LocalSender::Any, "any"}};
inline constexpr Word<OverQuotaReply> kOverQuota[] = {{OverQuotaReply::Defer, "defer"},
                                                      {OverQuotaReply::Refuse, "refuse"}};

inline constexpr Word<Dnssec> kDnssec[] = {
    {Dnssec::Off, "off"}, {Dnssec::Ad, "ad"}, {Dnssec::Validate, "validate"}};
inline constexpr Word<OutboundMode> kOutboundModes[] = {{OutboundMode::Mx, "mx"},
                                                        {OutboundMode::Fallback, "fallback"},
                                                        {OutboundMode::SmartHost, "smart-host"}};
inline constexpr Word<OutboundTls> kOutboundTls[] = {{OutboundTls::None, "none"},
                                                     {OutboundTls::May, "may"},
                                                     {OutboundTls::Encrypt, "encrypt"},
                                                     {OutboundTls::Verify, "verify"},
                                                     {OutboundTls::Implicit, "implicit"}};
inline constexpr Word<IpFamily> kIpFamilies[] = {
    {IpFamily::Any, "any"}, {IpFamily::Ipv4, "ipv4"}, {IpFamily::Ipv6, "ipv6"}};
inline constexpr Word<HopProtocol> kHopProtocols[] = {{HopProtocol::Smtp, "smtp"},
                                                      {HopProtocol::Lmtp, "lmtp"}};
inline constexpr Word<RouteVia> kRouteVias[] = {
    {RouteVia::Hosts, "hosts"},    {RouteVia::Mx, "mx"},         {RouteVia::SmartHost, "smart-host"},
    {RouteVia::Exec, "exec"},      {RouteVia::Backup, "backup"}, {RouteVia::Local, "local"},
    {RouteVia::Refuse, "refuse"}};
inline constexpr Word<RouteVerify> kRouteVerify[] = {{RouteVerify::None, "none"},
                                                     {RouteVerify::Callout, "callout"},
                                                     {RouteVerify::List, "list"}};
inline constexpr Word<RouteSide> kRouteSides[] = {{RouteSide::External, "external"},
                                                  {RouteSide::Local, "local"}};
inline constexpr Word<DelayNotices> kDelayNotices[] = {{DelayNotices::Never, "never"},
                                                       {DelayNotices::Once, "once"},
                                                       {DelayNotices::Each, "each"}};
inline constexpr Word<DelayNotices> kRouteDelayNotices[] = {{DelayNotices::AsQueue, "queue"},
                                                            {DelayNotices::Never, "never"},
                                                            {DelayNotices::Once, "once"},
                                                            {DelayNotices::Each, "each"}};
inline constexpr Word<BounceTo> kBounceTo[] = {{BounceTo::Authenticated, "auth"},
                                               {BounceTo::SpfPassed, "spf"},
                                               {BounceTo::All, "all"},
                                               {BounceTo::None, "none"}};
inline constexpr Word<ForwardSender> kForwardSenders[] = {{ForwardSender::Keep, "keep"},
                                                          {ForwardSender::Srs, "srs"},
                                                          {ForwardSender::Mailbox, "mailbox"},
                                                          {ForwardSender::Attach, "attach"},
                                                          {ForwardSender::Off, "off"}};
inline constexpr Word<RewriteScope> kRewriteScopes[] = {{RewriteScope::Remote, "remote"},
                                                        {RewriteScope::Local, "local"},
                                                        {RewriteScope::All, "all"}};
inline constexpr Word<LimitAction> kLimitActions[] = {{LimitAction::Defer, "defer"},
                                                      {LimitAction::Hold, "hold"},
                                                      {LimitAction::Refuse, "refuse"}};

} // namespace mailctl::conf::rows
