// The settings as one value, passed down; a reload makes a new one.
//
// Every member has exactly one row in conf/schema.cc: its path, type, unit, default, help.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/abuse.h"
#include "conf/fts.h"
#include "conf/http.h"
#include "conf/keeping.h"
#include "conf/listener.h"
#include "conf/oauth.h"
#include "conf/outbound.h"
#include "conf/sharing.h"
#include "conf/user.h"

namespace mailctl::conf {

using std::chrono::milliseconds;

/// A table [[tls.certificate]].
struct Certificate {
    std::vector<std::string> names; ///< for SNI, "*.example.org" allowed; empty: the default
    std::string certificate;        ///< PEM file, chain included
    std::string key;                ///< secret reference: "file:PATH", "env:NAME", "cmd:COMMAND"
    bool operator==(const Certificate&) const = default;
};

struct ServerSettings {
    std::string hostname;  ///< empty: the system's name
    std::string data_dir;  ///< absolute
    std::string user;      ///< run as, after binding; empty: stay
    std::string postmaster;
    std::string default_domain; ///< for bare login names
    unsigned threads = 0;       ///< 0: one a core
    bool operator==(const ServerSettings&) const = default;
};

/// Where a server takes commands from other machines unless control.port says otherwise. CLI-07
inline constexpr std::uint16_t kControlPort = 4225;

/// A table [[control.token]]: who shows the token may run every command. CLI-07
struct ControlToken {
    std::string name;   ///< of its holder, for the log
    std::string sha256; ///< of the token, in hex
    bool operator==(const ControlToken&) const = default;
};

struct ControlSettings {
    std::string group; ///< whose members may use the control socket besides root and the user
    std::vector<std::string> listen;   ///< addresses for commands from other machines; empty: none
    std::uint16_t port = kControlPort; ///< of `listen`
    std::vector<std::string> networks; ///< from where they may come; empty: anywhere
    std::string client_ca;             ///< file; who has a certificate of these may command
    std::vector<ControlToken> tokens;
    bool operator==(const ControlSettings&) const = default;
};

struct StoreSettings {
    std::uint64_t cache_octets = 0; ///< 0: as the memory allows, store::cache_octets_for
    std::uint64_t write_buffer_octets = 32ULL << 20;
    milliseconds keep_removed_users = std::chrono::hours(24 * 30);
    bool operator==(const StoreSettings&) const = default;
};

struct DirectorySettings {
    std::vector<std::string> files; ///< directory files, "*" allowed; see conf/declared.h
    bool operator==(const DirectorySettings&) const = default;
};

struct TlsSettings {
    std::string min_version = "1.2";
    std::string max_version = "1.3";
    std::string ciphers;      ///< OpenSSL list for TLS 1.2; empty: the library's
    std::vector<Certificate> certificates;
    bool operator==(const TlsSettings&) const = default;
};

struct AuthSettings {
    std::vector<std::string> mechanisms{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN"};
    std::string separators;   ///< characters accepted instead of "@" in login names
    bool alias_login = false; ///< an alias may log in as its only local target
    unsigned hash_memory_kib = 19 * 1024; ///< Argon2id
    unsigned hash_passes = 2;
    unsigned scram_iterations = 4096 * 4;
    unsigned min_password_length = 8;
    unsigned password_classes = 0;        ///< of lower case, upper case, digit, symbol
    std::vector<std::string> forbidden_passwords; ///< besides the built-in ones; case ignored
    std::vector<std::string> app_passwords_only;  ///< services that refuse the main password. AUTH-11
    bool client_certificates = false; ///< clients are asked for one: SASL EXTERNAL. AUTH-12
    bool operator==(const AuthSettings&) const = default;
};

/// What an address may do too often. ABU-03
enum class BanTrigger : std::uint8_t { FailedLogin, BadCommand, UnknownRecipient, EmptySession, Connection, Trap };

/// The highest count of a [[ban.rule]].
inline constexpr unsigned kMostBanCount = 10'000;

/// A table [[ban.rule]]: `count` times within `window`, and the address is banned for `ban`.
struct BanRule {
    BanTrigger trigger = BanTrigger::FailedLogin;
    milliseconds window = std::chrono::minutes(10);
    unsigned count = 10;
    milliseconds ban = std::chrono::hours(1);
    bool operator==(const BanRule&) const = default;
};

/// A table [[address]]: the names that clients of this local address see. SMTP-04, AUTH-10
struct LocalAddress {
    std::string ip;       ///< address or network
    std::string hostname; ///< empty: server.hostname
    std::string domain;   ///< of bare login names; empty: server.default_domain
    bool operator==(const LocalAddress&) const = default;
};

struct BanSettings {
    bool enabled = true;
    unsigned failures = 10;               ///< of one address within `window`
    milliseconds window = std::chrono::minutes(10);
    milliseconds duration = std::chrono::hours(1);
    unsigned account_failures = 20;       ///< of one account within `window`: locked for account_lock
    milliseconds account_lock = std::chrono::minutes(15);
    milliseconds delay = std::chrono::seconds(1); ///< after the first failure, doubled up to max_delay
    milliseconds max_delay = std::chrono::seconds(15);
    milliseconds good_login_protects = std::chrono::hours(24 * 7);
    std::vector<std::string> exempt;      ///< networks never banned
    std::vector<std::string> exec;        ///< command told of bans; empty: none. ABU-04
    std::vector<BanRule> rules;
    bool operator==(const BanSettings&) const = default;
};

/// [access.SERVICE]: which networks may connect. ABU-01
struct AccessList {
    std::vector<std::string> allow; ///< not empty: only these
    std::vector<std::string> deny;
    bool operator==(const AccessList&) const = default;
};

struct AccessSettings {
    AccessList smtp, submission, lmtp, imap, pop3, http;
    std::vector<std::string> trusted; ///< networks that may relay without AUTH. AUTH-05
    bool operator==(const AccessSettings&) const = default;
};

/// How full a protocol's connections are before limits.*.loaded_idle counts. SMTP-08
inline constexpr unsigned kLoadedPercent = 70;

/// What relay.allow may name.
inline constexpr std::string_view kRelayWords[] = {"auth", "trusted"};

struct RelaySettings {
    std::vector<std::string> allow{"auth", "trusted"}; ///< of kRelayWords. AUTH-04
    bool operator==(const RelaySettings&) const = default;
};

/// Limits of one protocol's connections. 0: none.
struct ConnectionLimits {
    unsigned connections = 1000;
    unsigned per_address = 50;
    unsigned per_address_per_minute = 0;
    milliseconds idle = std::chrono::minutes(10);
    milliseconds loaded_idle = std::chrono::seconds(60); ///< SMTP's, past kLoadedPercent of connections
    milliseconds session = std::chrono::hours(0);
    unsigned bad_commands = 8;
    bool operator==(const ConnectionLimits&) const = default;
};

struct SmtpLimits {
    unsigned recipients = 1000;
    std::uint64_t message_octets = 100ULL << 20;
    std::uint64_t submission_octets = 100ULL << 20;
    std::uint64_t command_octets = 2048; ///< RFC 5321 §4.5.3.1.4 and the extensions' additions
    std::uint64_t line_octets = 1000;    ///< text lines, RFC 5321 §4.5.3.1.6; longer ones: see smtp.long_lines
    unsigned messages_per_session = 1000;
    unsigned hops = 50;
    unsigned resets = 20;               ///< RSETs of one session before it ends with 421; 0: no limit
    unsigned bad_recipients_delay = 5;  ///< unknown recipients before each further reply waits
    unsigned bad_recipients_cut = 20;   ///< and before the session ends with 421
    milliseconds tarpit = std::chrono::seconds(2);
    milliseconds data_block = std::chrono::minutes(3);
    bool operator==(const SmtpLimits&) const = default;
};

struct Limits {
    ConnectionLimits smtp, submission, lmtp;
    ConnectionLimits imap{.idle = std::chrono::minutes(30)};
    ConnectionLimits pop3;
    ConnectionLimits http{.connections = 200, .per_address = 20, .idle = std::chrono::seconds(15)};
    SmtpLimits message;
    std::uint64_t imap_literal_octets = 100ULL << 20; ///< APPEND
    std::uint64_t imap_command_octets = 64 * 1024;
    bool operator==(const Limits&) const = default;
};

enum class BareNewline : std::uint8_t { Refuse, Fix };
enum class SenderMatch : std::uint8_t { Account, Domain, Off };
enum class LocalSender : std::uint8_t { Auth, Trusted, Any };
enum class LongLines : std::uint8_t { Accept, Refuse };
enum class OverQuotaReply : std::uint8_t { Defer, Refuse };

/// What smtp.identity_fields may name.
inline constexpr std::string_view kIdentityFields[] = {"X-Originating-IP", "X-Authenticated-User",
                                                       "Sender"};

struct SmtpSettings {
    bool vrfy = false, expn = false, help = true;
    BareNewline bare_newline = BareNewline::Refuse;
    LongLines long_lines = LongLines::Accept;
    bool null_sender = true;
    bool utf8 = true;
    bool literals = false; ///< RCPT TO:<user@[our address]>
    SenderMatch sender_match = SenderMatch::Account;
    bool sender_match_header = true; ///< the From field too
    LocalSender local_sender = LocalSender::Auth;
    bool hide_client = true;         ///< of authenticated senders, in Received
    bool delivered_to = false, return_path = true;
    bool complete_headers = true;    ///< Date and Message-ID on submission
    std::vector<std::string> identity_fields; ///< of authenticated senders: kIdentityFields. SMTP-18
    OverQuotaReply over_quota = OverQuotaReply::Defer;
    std::vector<std::string> blocked_recipients;   ///< wildcards
    std::vector<std::string> allowed_recipients;   ///< overrides blocked
    std::map<std::string, std::string> replies;    ///< name of a fixed reply -> its text. SMTP-20
    bool operator==(const SmtpSettings&) const = default;
};

struct ImapSettings {
    bool idle = true;
    std::string delimiter = "/"; ///< between levels on the wire: "/", "." or "\\"; stored is "/"
    std::vector<std::string> default_mailboxes{"Drafts", "Sent", "Junk", "Trash", "Archive"};
    /// Names of conf/imap_extensions.h. IMA-03
    std::vector<std::string> disabled_extensions;
    std::vector<std::string> submit_servers; ///< logins that fetch "submit+" URLs. RFC 4467 §3
    bool operator==(const ImapSettings&) const = default;
};

struct SpamSettings {
    std::vector<std::string> traps; ///< addresses that only strangers write to. ABU-03
    bool operator==(const SpamSettings&) const = default;
};

struct LogSettings {
    std::string target = "stderr"; ///< stderr, journal, syslog, file
    std::string file;
    std::uint64_t rotate_octets = 64ULL << 20;
    unsigned keep_files = 30;
    std::map<std::string, std::string> levels; ///< area -> level; "default"
    bool operator==(const LogSettings&) const = default;
};

struct Config {
    ServerSettings server;
    ControlSettings control;
    StoreSettings store;
    DirectorySettings directory;
    TlsSettings tls;
    AuthSettings auth;
    OAuthSettings oauth;
    HttpSettings http;
    AutoconfigSettings autoconfig;
    BanSettings ban;
    AccessSettings access;
    RelaySettings relay;
    Limits limits;
    SmtpSettings smtp;
    ImapSettings imap;
    SharingSettings sharing;
    UserSettings user;
    ClientCaSettings client_ca;
    Pop3Settings pop3;
    QuotaSettings quota;
    DeletedSettings deleted;
    UpkeepSettings upkeep;
    std::vector<Retention> retentions;
    SpamSettings spam;
    LogSettings log;
    FtsSettings fts;
    DnsSettings dns;
    OutboundSettings outbound;
    std::vector<SmartHost> smart_hosts;
    std::vector<Route> routes;
    QueueSettings queue;
    BounceSettings bounce;
    TlsRptSettings tls_rpt;
    ForwardSettings forward;
    SendingSettings sending;
    AbuseSettings abuse;
    std::vector<Rewrite> rewrites;
    std::vector<Listener> listeners;
    std::vector<LocalAddress> addresses;
    std::string file; ///< where it was read from; not a setting
    bool operator==(const Config&) const = default;
};

} // namespace mailctl::conf
