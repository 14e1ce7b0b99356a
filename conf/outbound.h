// Settings of mail that goes out: DNS, routes, delivery, the queue, bounces, forwards.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mailctl::conf {

using std::chrono::milliseconds;

/// Who says that a DNS answer is authentic. RFC 4033 §3
enum class Dnssec : std::uint8_t {
    Off,
    Ad,       ///< the resolver, by its AD bit: only where the way to it is trusted
    Validate, ///< mailctl itself, down from dns.trust_anchor
};

/// OUT-08
struct DnsSettings {
    std::vector<std::string> servers; ///< "192.0.2.53", "[2001:db8::53]:5353"; empty: the system's
    std::vector<std::string> zone_files;            ///< answer before any server does, as authentic
    milliseconds timeout = std::chrono::seconds(5); ///< of one question to one server
    unsigned attempts = 3;                          ///< of one question, over all servers
    bool root_fallback = false; ///< ask the world's own servers, from the root down, where these fail
    std::string root_hints;     ///< zone file with the root's servers; empty: the built-in ones
    unsigned cache_entries = 100'000;
    milliseconds max_ttl = std::chrono::hours(24);
    milliseconds max_negative_ttl = std::chrono::hours(1); ///< RFC 2308 §5
    Dnssec dnssec = Dnssec::Ad;
    std::string trust_anchor = "/usr/share/dns/root.key"; ///< file of DS or DNSKEY records
    bool operator==(const DnsSettings&) const = default;
};

enum class OutboundMode : std::uint8_t { Mx, Fallback, SmartHost };
/// How a connection to another server is protected.
enum class OutboundTls : std::uint8_t {
    None,     ///< never
    May,      ///< where it is offered, whatever the certificate
    Encrypt,  ///< required, whatever the certificate
    Verify,   ///< required, with a certificate for the host's name
    Implicit, ///< from the first octet (port 465), verified
};
enum class IpFamily : std::uint8_t { Any, Ipv4, Ipv6 };
enum class HopProtocol : std::uint8_t { Smtp, Lmtp }; ///< what a route's hosts speak

/// [outbound]: what holds for every destination where no [[route]] says otherwise.
struct OutboundSettings {
    OutboundMode mode = OutboundMode::Mx; ///< OUT-01
    std::vector<std::string>
        smart_hosts;         ///< names of [[smart_host]], for Fallback and SmartHost, in order
    std::uint16_t port = 25; ///< of MX hosts
    std::string hello;       ///< EHLO name; empty: server.hostname
    std::vector<std::string> sources; ///< local addresses, one a family; empty: the system's choice
    bool source_fallback = true;      ///< another address where one of `sources` cannot be bound
    IpFamily family = IpFamily::Any;
    OutboundTls tls = OutboundTls::May;  ///< OUT-06
    std::string min_tls_version = "1.2"; ///< where TLS is required; else 1.0
    bool dane = true;                    ///< RFC 7672, where dns.dnssec is not off
    bool mta_sts = true;                 ///< RFC 8461
    std::string ca_file;                 ///< PEM; empty: the system's
    std::string proxy;                   ///< SOCKS5 "host:port"; empty: none. OUT-07
    std::string proxy_user;
    std::string proxy_secret;  ///< secret reference
    unsigned deliveries = 500; ///< transactions under way at once
    unsigned connections_per_destination = 20;
    unsigned messages_per_connection = 100;
    unsigned recipients_per_transaction = 100;
    unsigned messages_per_hour = 0;                         ///< to one destination; 0: no limit
    milliseconds connection_idle = std::chrono::seconds(5); ///< kept open for the next message
    milliseconds back_off =
        std::chrono::minutes(5); ///< of a destination that cannot be reached: first
    milliseconds max_back_off = std::chrono::hours(1);
    unsigned max_mx = 15; ///< hosts tried of one domain
    milliseconds connect_timeout = std::chrono::seconds(30);
    milliseconds greeting_timeout = std::chrono::minutes(5); ///< RFC 5321 §4.5.3.2.1
    milliseconds command_timeout = std::chrono::minutes(5);  ///< RFC 5321 §4.5.3.2.2 and .3
    milliseconds data_timeout = std::chrono::minutes(3);     ///< a block: RFC 5321 §4.5.3.2.5
    milliseconds final_timeout = std::chrono::minutes(10); ///< after the dot: RFC 5321 §4.5.3.2.6
    std::uint64_t message_octets = 0; ///< of one message that goes out; 0: no limit
    std::vector<std::string> verp; ///< reverse-paths that tell their recipient, "*" allowed
    bool operator==(const OutboundSettings&) const = default;
};

/// How SMTP AUTH to another server is done: the best of these that it offers.
inline constexpr std::string_view kClientMechanisms[] = {
    "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN", "XOAUTH2"};

/// What one hop is reached with: shared by [[smart_host]] and [[route]].
struct HopSettings {
    std::vector<std::string> hosts; ///< "mail.example.org[:port][=weight]", "[192.0.2.1]:25",
                                    ///< "unix:PATH"; MX of a name: "mx:example.org"
    std::string order = "ordered";  ///< ordered, round-robin or weighted
    std::uint16_t port = 25;        ///< of hosts without one
    HopProtocol protocol = HopProtocol::Smtp;
    OutboundTls tls = OutboundTls::May;
    std::string user;
    std::string secret;                  ///< secret reference: password, or token for XOAUTH2
    std::vector<std::string> mechanisms; ///< empty: all of kClientMechanisms but XOAUTH2
    std::string hello;                   ///< empty: outbound.hello
    std::vector<std::string> sources;    ///< empty: outbound.sources
    std::string sender;                  ///< replacement reverse-path; empty: none
    unsigned connections = 0;            ///< 0: outbound's
    unsigned messages_per_connection = 0;
    unsigned messages_per_hour = 0;
    unsigned attempts = 0; ///< then the next way, or the message is given up; 0: no limit
    bool operator==(const HopSettings&) const = default;
};

/// A table [[smart_host]]. OUT-02
struct SmartHost {
    std::string name;
    HopSettings hop;
    bool operator==(const SmartHost&) const = default;
};

enum class RouteVia : std::uint8_t {
    Hosts,     ///< the hosts of this table
    Mx,        ///< MX, whatever outbound.mode says
    SmartHost, ///< `smart_hosts`
    Exec,      ///< `exec`
    Backup,    ///< MX better than ourselves: this server is a backup MX. GWY-01
    Local,     ///< never leaves: internal domains; not to be reached is an error
    Refuse,    ///< bounces with `reason`
};
enum class RouteVerify : std::uint8_t { None, Callout, List };
/// Whose domain a route's one counts as where mail names a sender of it.
enum class RouteSide : std::uint8_t { External, Local };

/// How often a sender is told that a message is late. OUT-11
enum class DelayNotices : std::uint8_t {
    Never,
    Once,
    Each,    ///< after each attempt that fails
    AsQueue, ///< of a route: as queue.delay_notices says
};

/// A table [[route]]: the first that matches decides. OUT-03, OUT-04
struct Route {
    std::string name;
    // What it matches: all that are given. Patterns hold "*": "*.example.org", "*@example.org".
    std::vector<std::string> recipients; ///< domains or addresses; empty: any
    std::vector<std::string> senders;    ///< domains or addresses, "<>"; empty: any
    std::vector<std::string> accounts;   ///< logins; empty: any
    unsigned min_priority = 1, max_priority = 10;
    bool authenticated_only = false;
    // Where it leads.
    RouteVia via = RouteVia::Hosts;
    HopSettings hop;
    std::vector<std::string> smart_hosts; ///< names of [[smart_host]], in order
    std::vector<std::string> exec;        ///< command, words; the message is on its standard input
    std::vector<std::string>
        fallback;       ///< after `via` failed for a while: "mx", names of [[smart_host]]
    std::string reason; ///< Refuse: text of the bounce
    // How long it tries; empty or 0: queue's.
    std::vector<std::string> retry;
    milliseconds lifetime{0};
    milliseconds delay_notice{0};
    DelayNotices delay_notices = DelayNotices::AsQueue;
    // What it lets in: mail from anyone for its recipient domains. GWY-01, GWY-02
    bool accept = false;
    RouteSide sender_side = RouteSide::External; ///< of its recipient domains, as senders
    RouteVerify verify = RouteVerify::None; ///< of recipients, before they are accepted
    std::vector<std::string> verify_list;   ///< addresses, "*" allowed
    bool hold_for_etrn = false;             ///< waits until ETRN or "queue retry". GWY-05
    bool operator==(const Route&) const = default;
};

/// OUT-10, OUT-11, OUT-20, OUT-21
struct QueueSettings {
    std::vector<std::string> retry{"5m", "15m", "30m", "1h", "2h", "4h"}; ///< the last one repeats
    milliseconds lifetime = std::chrono::hours(24 * 5);
    milliseconds bounce_lifetime = std::chrono::hours(24); ///< of bounces
    unsigned jitter_percent = 10;
    unsigned dns_attempts = 1; ///< of a domain that does not exist; 0: lifetime alone
    milliseconds delay_notice = std::chrono::hours(4); ///< 0: none
    DelayNotices delay_notices = DelayNotices::Once;   ///< from then on
    milliseconds history = std::chrono::hours(24 * 14);
    milliseconds delay{0}; ///< before the first attempt of outside mail
    std::map<std::string, std::string>
        priority;                             ///< class -> 1..10: list, large, bounce, auto_reply, report, event
    std::uint64_t large_octets = 10ULL << 20; ///< class "large"
    std::map<std::string, std::string> sender_priority; ///< pattern -> 1..10
    unsigned slow_after = 0; ///< attempts after which priority falls to 1; 0: never
    std::string pickup;      ///< folder of message files to send; empty: none. CLI-05
    milliseconds pickup_interval = std::chrono::seconds(5);
    bool operator==(const QueueSettings&) const = default;
};

enum class BounceTo : std::uint8_t {
    Authenticated,
    SpfPassed, ///< those too whose domain says that the mail came from it: RFC 7208
    All,
    None
};
/// OUT-11
struct BounceSettings {
    BounceTo to = BounceTo::Authenticated;
    std::string from;      ///< From of bounces; empty: MAILER-DAEMON@ the host name
    std::string copy;      ///< address that gets a copy of each failure notice
    std::string double_to; ///< where bounces of bounces go; empty: dropped
    std::string
        templates; ///< folder: failure.txt, delay.txt, DOMAIN/failure.de.txt; empty: built in
    std::string language = "en";
    std::uint64_t full_octets = 50 * 1024; ///< of a message returned whole; larger: its header
    bool operator==(const BounceSettings&) const = default;
};

/// Counts of TLS sessions, by domain and day. RFC 8460
struct TlsRptSettings {
    milliseconds keep = std::chrono::hours(24 * 30); ///< 0: nothing is counted
    std::string organization;                        ///< in reports; empty: server.hostname
    std::string contact;                             ///< address; empty: postmaster@ the host name
    bool operator==(const TlsRptSettings&) const = default;
};

enum class ForwardSender : std::uint8_t {
    Keep,
    Srs,
    Mailbox,
    Attach, ///< in a new message of the mailbox's
    Off,    ///< users' forwards lead to no other server
};
/// AFS-05
struct ForwardSettings {
    ForwardSender sender = ForwardSender::Srs;
    std::string srs_domain;               ///< empty: the forwarding address's domain
    std::vector<std::string> srs_secrets; ///< secret references: the first signs, all verify
    milliseconds srs_lifetime = std::chrono::hours(24 * 21);
    unsigned loop_limit = 5; ///< times that forwards may send one message on; 0: no limit. RUL-22
    bool operator==(const ForwardSettings&) const = default;
};

enum class LimitAction : std::uint8_t { Defer, Hold, Refuse };
/// Limits of what one account, or one domain, sends. 0: none. ABU-07
struct SendingLimits {
    unsigned messages_per_minute = 0, messages_per_hour = 0, messages_per_day = 0;
    unsigned recipients_per_minute = 0, recipients_per_hour = 0, recipients_per_day = 0;
    std::uint64_t octets_per_hour = 0, octets_per_day = 0;
    unsigned new_correspondents_per_day = 0;
    unsigned bounces_per_hour = 0; ///< received; then nothing is sent until the hour has passed
    // Of recipients within this server, and of others. A message to both counts its octets for both.
    unsigned local_recipients_per_hour = 0, local_recipients_per_day = 0;
    unsigned remote_recipients_per_hour = 0, remote_recipients_per_day = 0;
    std::uint64_t local_octets_per_day = 0, remote_octets_per_day = 0;
    bool operator==(const SendingLimits&) const = default;
};
struct SendingSettings {
    SendingLimits account, domain;
    LimitAction action = LimitAction::Defer;
    std::string notify; ///< address told when a limit is reached; empty: nobody
    bool operator==(const SendingSettings&) const = default;
};

enum class RewriteScope : std::uint8_t { Remote, Local, All };
/// A table [[rewrite]]: another address in headers of mail from here. OUT-22
struct Rewrite {
    std::string from; ///< "*" allowed: "*@inside.example"
    std::string to;   ///< "*" stands for what matched
    bool envelope = false;
    RewriteScope scope = RewriteScope::Remote; ///< where a recipient must be
    bool operator==(const Rewrite&) const = default;
};

} // namespace mailctl::conf
