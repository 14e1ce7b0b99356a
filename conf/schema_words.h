// The words that settings use for enumerations.
#pragma once

#include "conf/row_types.h"

namespace mailctl::conf::rows {

inline constexpr Word<Protocol> kProtocols[] = {{Protocol::Smtp, "smtp"},
                                                {Protocol::Submission, "submission"},
                                                {Protocol::Lmtp, "lmtp"},
                                                {Protocol::Imap, "imap"},
                                                {Protocol::Pop3, "pop3"}};
inline constexpr Word<TlsMode> kTlsModes[] = {{TlsMode::None, "none"},
                                              {TlsMode::StartTls, "starttls"},
                                              {TlsMode::RequireStartTls, "starttls-required"},
                                              {TlsMode::Implicit, "implicit"}};
inline constexpr Word<PlaintextAuth> kPlaintextAuth[] = {{PlaintextAuth::OverTls, "tls"},
                                                         {PlaintextAuth::Always, "always"},
                                                         {PlaintextAuth::Never, "never"}};
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
inline constexpr Word<OverQuotaAction> kOverQuotaActions[] = {
    {OverQuotaAction::Refuse, "refuse"},
    {OverQuotaAction::Accept, "accept"},
    {OverQuotaAction::Redirect, "redirect"}};
inline constexpr Word<OverQuotaReply> kOverQuota[] = {{OverQuotaReply::Defer, "defer"},
                                                      {OverQuotaReply::Refuse, "refuse"}};

} // namespace mailctl::conf::rows
