// THE table of settings: from it come loading, checking, printing, the manual and the tests.
#include "conf/schema/schema.h"

#include <algorithm>

#include "conf/schema/arrays.h"
#include "conf/schema/parts.h"
#include "conf/schema/words.h"

namespace mailctl::conf {
namespace {

using rows::choice;

#define AT(member) [](auto& c) -> auto& { return c.member; }

template <class Get>
Setting<Config> row(std::string_view path, Get get, Effect effect, std::string_view help,
                    std::string_view manual = {})
{
    return rows::row<Config>(path, get, effect, help, manual);
}

using Rows = std::vector<Setting<Config>>;

void add_server(Rows& out)
{
    out.push_back(row("server.hostname", AT(server.hostname), Effect::Reconnect,
                      "Name of this server in greetings, EHLO and Received",
                      "Fully qualified. Empty: the system's own name."));
    out.push_back(row("server.data_dir", AT(server.data_dir), Effect::Restart,
                      "Folder of the store and the control socket"));
    out.push_back(row("server.user", AT(server.user), Effect::Restart,
                      "System user to run as after binding ports",
                      "Empty: the user that started it."));
    out.push_back(row("server.postmaster", AT(server.postmaster), Effect::Hot,
                      "Mailbox for postmaster of domains without one of their own"));
    out.push_back(row("server.default_domain", AT(server.default_domain), Effect::Hot,
                      "Domain that completes login names without one"));
    out.push_back(row("server.threads", AT(server.threads), Effect::Restart,
                      "Threads that serve connections; 0: one a core"));
    out.push_back(row("control.group", AT(control.group), Effect::Restart,
                      "System group whose members may run commands inside the server",
                      "Besides root and the server's user."));
    out.push_back(row("control.listen", AT(control.listen), Effect::Restart,
                      "Addresses that take commands from other machines, over TLS; empty: none",
                      "For mailctl --host. Who commands shows a certificate of control.client_ca or "
                      "the token of a [[control.token]]."));
    out.push_back(row("control.port", AT(control.port), Effect::Restart, "Port of control.listen"));
    out.push_back(row("control.networks", AT(control.networks), Effect::Hot,
                      "Networks from which control.listen takes commands; empty: any"));
    out.push_back(row("control.client_ca", AT(control.client_ca), Effect::Hot,
                      "PEM file of certificates: whoever has one that they signed may command",
                      "A client's self-signed certificate can stand in it itself."));
    out.push_back(row("store.cache", AT(store.cache_octets), Effect::Restart,
                      "Memory for blocks of rows read from disk; 0: as the memory allows",
                      "0 is a thirty-second part of the memory of the machine, or of the control group "
                      "where that has less: at least 64 MiB, at most 512 MiB. Commands that read the "
                      "store themselves take 64 MiB then."));
    out.push_back(row("store.write_buffer", AT(store.write_buffer_octets), Effect::Restart,
                      "Memory for rows not yet written to tables",
                      "Larger ones write less in the background and start slower after a crash."));
    out.push_back(row("store.keep_removed_users", AT(store.keep_removed_users), Effect::Hot,
                      "How long a removed user can be restored"));
    out.push_back(row("directory.files", AT(directory.files), Effect::Hot,
                      "Files that declare domains, users and aliases, \"*\" allowed",
                      "conf apply brings the directory in line with them: [[domain]], [[user]] and "
                      "[[alias]]. What disappears from them is disabled, never erased."));
}

void add_tls(Rows& out)
{
    out.push_back(row("tls.min_version", AT(tls.min_version), Effect::Reconnect,
                      "Oldest TLS version accepted: 1.0 to 1.3",
                      "1.0 and 1.1 are unsafe and only for old devices."));
    out.push_back(row("tls.max_version", AT(tls.max_version), Effect::Reconnect,
                      "Newest TLS version offered: 1.0 to 1.3"));
    out.push_back(row("tls.ciphers", AT(tls.ciphers), Effect::Reconnect,
                      "OpenSSL cipher list for TLS 1.2 and older; empty: the library's"));
}

void add_auth(Rows& out)
{
    out.push_back(row("auth.mechanisms", AT(auth.mechanisms), Effect::Reconnect,
                      "SASL mechanisms offered, best first"));
    out.push_back(row("auth.separators", AT(auth.separators), Effect::Hot,
                      "Characters taken for \"@\" in login names, such as \"#%\""));
    out.push_back(row("auth.alias_login", AT(auth.alias_login), Effect::Hot,
                      "Let an alias with one local target log in as that user"));
    out.push_back(row("auth.hash_memory_kib", AT(auth.hash_memory_kib), Effect::Hot,
                      "Memory of one Argon2id password hash, in KiB"));
    out.push_back(row("auth.hash_passes", AT(auth.hash_passes), Effect::Hot,
                      "Passes of one Argon2id password hash"));
    out.push_back(row("auth.scram_iterations", AT(auth.scram_iterations), Effect::Hot,
                      "Iterations of new SCRAM-SHA-256 keys (RFC 7677: at least 4096)"));
    out.push_back(row("auth.min_password_length", AT(auth.min_password_length), Effect::Hot,
                      "Characters a new password must have"));
    out.push_back(row("auth.password_classes", AT(auth.password_classes), Effect::Hot,
                      "How many of lower case, upper case, digits and symbols a new password needs"));
    out.push_back(row("auth.forbidden_passwords", AT(auth.forbidden_passwords), Effect::Hot,
                      "Words that are no password, besides the usual ones; case does not matter"));
    out.push_back(row("auth.app_passwords_only", AT(auth.app_passwords_only), Effect::Hot,
                      "Services that refuse the user's own password: imap, pop3, smtp",
                      "There only passwords of user apppass, certificates and tokens let users in; "
                      "a stolen telephone then gives away no more than one of them."));
    out.push_back(row("auth.client_certificates", AT(auth.client_certificates), Effect::Reconnect,
                      "Ask clients for a TLS certificate, and offer SASL EXTERNAL to those that "
                      "show one",
                      "Which certificates let a user in is told by user cert, not by who signed "
                      "them. A client that names no user is taken for the one whose address stands "
                      "in its certificate."));
}

void add_ban(Rows& out)
{
    out.push_back(row("ban.enabled", AT(ban.enabled), Effect::Hot,
                      "Ban addresses that fail to log in again and again"));
    out.push_back(row("ban.failures", AT(ban.failures), Effect::Hot,
                      "Failed logins of one address within ban.window before it is banned"));
    out.push_back(row("ban.window", AT(ban.window), Effect::Hot, "Time over which failures count"));
    out.push_back(row("ban.duration", AT(ban.duration), Effect::Hot, "How long a ban lasts"));
    out.push_back(row("ban.account_failures", AT(ban.account_failures), Effect::Hot,
                      "Failed logins of one account within ban.window before it is locked"));
    out.push_back(row("ban.account_lock", AT(ban.account_lock), Effect::Hot,
                      "How long a locked account refuses logins"));
    out.push_back(row("ban.delay", AT(ban.delay), Effect::Hot,
                      "Wait after a failed login, doubled with each one"));
    out.push_back(row("ban.max_delay", AT(ban.max_delay), Effect::Hot,
                      "Longest wait after a failed login"));
    out.push_back(row("ban.good_login_protects", AT(ban.good_login_protects), Effect::Hot,
                      "How long a successful login keeps its address from being banned"));
    out.push_back(row("ban.exempt", AT(ban.exempt), Effect::Hot,
                      "Networks never banned, besides loopback"));
    out.push_back(row("ban.exec", AT(ban.exec), Effect::Hot,
                      "Command to run when a ban starts or ends, as a list of words; empty: none",
                      "The first word is its full path; no shell is between. The words \"ban\" or "
                      "\"lift\" and the address or network are added. Its environment is PATH, "
                      "MAILCTL_BAN_ADDRESS, MAILCTL_BAN_REASON and MAILCTL_BAN_UNTIL (empty: "
                      "no end). One runs at a time, for 10 seconds at most; a failure is "
                      "logged and the ban holds all the same. It also runs for every ban in force "
                      "when the server starts. It runs as the server's user behind the server's "
                      "fence: it gains no rights (no sudo) and writes no files outside "
                      "server.data_dir. A packet filter needs CAP_NET_ADMIN: have the service "
                      "manager start the server as its user with that ambient capability, and "
                      "leave server.user empty."));
}

template <class Get>
void add_access_list(Rows& out, std::string_view allow, std::string_view deny, Get list)
{
    const auto allowed = [list](Config& c) -> std::vector<std::string>& { return list(c).allow; };
    const auto denied = [list](Config& c) -> std::vector<std::string>& { return list(c).deny; };
    out.push_back(row(allow, allowed, Effect::Reconnect,
                      "Networks that may connect; empty: every one not denied"));
    out.push_back(row(deny, denied, Effect::Reconnect, "Networks that may not connect"));
}

void add_access(Rows& out)
{
    add_access_list(out, "access.smtp.allow", "access.smtp.deny", AT(access.smtp));
    add_access_list(out, "access.submission.allow", "access.submission.deny", AT(access.submission));
    add_access_list(out, "access.lmtp.allow", "access.lmtp.deny", AT(access.lmtp));
    add_access_list(out, "access.imap.allow", "access.imap.deny", AT(access.imap));
    add_access_list(out, "access.pop3.allow", "access.pop3.deny", AT(access.pop3));
    add_access_list(out, "access.http.allow", "access.http.deny", AT(access.http));
    out.push_back(row("access.trusted", AT(access.trusted), Effect::Reconnect,
                      "Networks that may relay without AUTH",
                      "Web servers and printers. Everyone in them can send mail to anyone."));
    out.push_back(row("relay.allow", AT(relay.allow), Effect::Reconnect,
                      "Who may send to other servers: auth, trusted",
                      "auth: users that logged in; trusted: the networks of access.trusted. Empty: "
                      "nobody."));
}

struct LimitPaths {
    std::string_view connections, per_address, per_minute, idle, session, bad_commands;
};

template <class Get>
void add_connection_limits(Rows& out, const LimitPaths& paths, Get limits)
{
    const auto at = [&out, limits](std::string_view path, auto member, Effect effect,
                                   std::string_view help) {
        out.push_back(row(
            path, [limits, member](Config& c) -> auto& { return limits(c).*member; }, effect, help));
    };
    at(paths.connections, &ConnectionLimits::connections, Effect::Reconnect,
       "Connections at once; 0: no limit");
    at(paths.per_address, &ConnectionLimits::per_address, Effect::Reconnect,
       "Connections at once from one address; 0: no limit");
    at(paths.per_minute, &ConnectionLimits::per_address_per_minute, Effect::Reconnect,
       "New connections a minute from one address; 0: no limit");
    at(paths.idle, &ConnectionLimits::idle, Effect::Reconnect,
       "Time without a command before the connection is closed");
    at(paths.session, &ConnectionLimits::session, Effect::Reconnect,
       "Longest time of one session; 0: no limit");
    const bool is_imap = paths.bad_commands.starts_with("limits.imap.");
    const bool is_pop3 = paths.bad_commands.starts_with("limits.pop3.");
    out.push_back(row(
        paths.bad_commands, [limits](Config& c) -> auto& { return limits(c).bad_commands; },
        Effect::Reconnect, "Commands in error before the connection is closed; 0: no limit",
        is_imap ? "Who has logged in may send at least 20 in a row: any other command forgives them. "
                  "Commands that only come before the login, or before SELECT, are not counted."
        : is_pop3 ? "Who has logged in may send as many in a row: any other command forgives them."
                  : ""));
}

/// SMTP clients come back by themselves; RFC 9051 §5.4 and RFC 1939 §3 forbid it to the others.
template <class Get>
void add_loaded_idle(Rows& out, std::string_view path, Get limits)
{
    out.push_back(row(
        path, [limits](Config& c) -> auto& { return limits(c).loaded_idle; }, Effect::Reconnect,
        "Time without a command while over 70 % of the connections are in use",
        "Never longer than idle. RFC 5321 §4.5.3.2.7 wants 5 minutes: only a full server is in more "
        "of a hurry."));
}

#define LIMIT_PATHS(p)                                                                       \
    LimitPaths                                                                               \
    {                                                                                        \
        "limits." p ".connections", "limits." p ".per_address",                              \
            "limits." p ".per_address_per_minute", "limits." p ".idle", "limits." p ".session", \
            "limits." p ".bad_commands"                                                      \
    }

void add_limits(Rows& out)
{
    add_connection_limits(out, LIMIT_PATHS("smtp"), AT(limits.smtp));
    add_loaded_idle(out, "limits.smtp.loaded_idle", AT(limits.smtp));
    add_connection_limits(out, LIMIT_PATHS("submission"), AT(limits.submission));
    add_loaded_idle(out, "limits.submission.loaded_idle", AT(limits.submission));
    add_connection_limits(out, LIMIT_PATHS("lmtp"), AT(limits.lmtp));
    add_loaded_idle(out, "limits.lmtp.loaded_idle", AT(limits.lmtp));
    add_connection_limits(out, LIMIT_PATHS("imap"), AT(limits.imap));
    out.push_back(row("limits.imap.literal", AT(limits.imap_literal_octets), Effect::Reconnect,
                      "Largest message that APPEND takes"));
    out.push_back(row("limits.imap.command", AT(limits.imap_command_octets), Effect::Reconnect,
                      "Longest IMAP command apart from APPEND's message"));
    add_connection_limits(out, LIMIT_PATHS("pop3"), AT(limits.pop3));
    add_connection_limits(out, LIMIT_PATHS("http"), AT(limits.http));
}

void add_message_limits(Rows& out)
{
    out.push_back(row("limits.message.recipients", AT(limits.message.recipients),
                      Effect::Reconnect, "Recipients of one message",
                      "RFC 5321 §4.5.3.1.8 wants at least 100."));
    out.push_back(row("limits.message.octets", AT(limits.message.message_octets),
                      Effect::Reconnect, "Largest message received from other servers"));
    out.push_back(row("limits.message.submission_octets", AT(limits.message.submission_octets),
                      Effect::Reconnect, "Largest message taken from users"));
    out.push_back(row("limits.message.command", AT(limits.message.command_octets),
                      Effect::Reconnect, "Longest SMTP command line"));
    out.push_back(row("limits.message.line", AT(limits.message.line_octets), Effect::Reconnect,
                      "Longest text line, where smtp.long_lines refuses longer ones"));
    out.push_back(row("limits.message.per_session", AT(limits.message.messages_per_session),
                      Effect::Reconnect, "Messages in one SMTP session"));
    out.push_back(row("limits.message.rset", AT(limits.message.resets), Effect::Reconnect,
                      "RSETs in one SMTP session before it is ended; 0: no limit"));
    out.push_back(row("limits.message.hops", AT(limits.message.hops), Effect::Reconnect,
                      "Received fields before a message counts as looping"));
    out.push_back(row("limits.message.bad_recipients_delay",
                      AT(limits.message.bad_recipients_delay), Effect::Reconnect,
                      "Unknown recipients before each further reply waits"));
    out.push_back(row("limits.message.bad_recipients_cut", AT(limits.message.bad_recipients_cut),
                      Effect::Reconnect, "Unknown recipients before the session is ended"));
    out.push_back(row("limits.message.tarpit", AT(limits.message.tarpit), Effect::Reconnect,
                      "How long such a reply waits"));
    out.push_back(row("limits.message.data_block", AT(limits.message.data_block),
                      Effect::Reconnect, "Wait for the next octets of a message",
                      "RFC 5321 §4.5.3.2.5 wants at least 3 minutes."));
}

void add_smtp(Rows& out)
{
    out.push_back(row("smtp.vrfy", AT(smtp.vrfy), Effect::Reconnect, "Answer VRFY"));
    out.push_back(row("smtp.expn", AT(smtp.expn), Effect::Reconnect, "Answer EXPN"));
    out.push_back(row("smtp.help", AT(smtp.help), Effect::Reconnect, "Answer HELP"));
    out.push_back(choice<Config>("smtp.bare_newline", AT(smtp.bare_newline), rows::kBareNewline,
                                 Effect::Reconnect, "What happens to a bare CR or LF in a message",
                                 "Refusing them is what keeps smuggled messages out; \"fix\" makes "
                                 "each a CRLF, and never an end of the message."));
    out.push_back(choice<Config>("smtp.long_lines", AT(smtp.long_lines), rows::kLongLines,
                                 Effect::Reconnect,
                                 "What happens to lines over limits.message.line"));
    out.push_back(row("smtp.null_sender", AT(smtp.null_sender), Effect::Reconnect,
                      "Accept MAIL FROM:<>", "Bounces come with it: refusing it loses them."));
    out.push_back(row("smtp.utf8", AT(smtp.utf8), Effect::Reconnect,
                      "Offer SMTPUTF8 (RFC 6531)"));
    out.push_back(row("smtp.literals", AT(smtp.literals), Effect::Reconnect,
                      "Accept recipients at this server's own address literals"));
    out.push_back(choice<Config>("smtp.sender_match", AT(smtp.sender_match), rows::kSenderMatch,
                                 Effect::Reconnect, "Which senders a login may use",
                                 "account: its own address, its aliases and what it was granted; "
                                 "domain: any address of its domain; off: any."));
    out.push_back(row("smtp.sender_match_header", AT(smtp.sender_match_header), Effect::Reconnect,
                      "Hold the From field to smtp.sender_match too"));
    out.push_back(choice<Config>("smtp.local_sender", AT(smtp.local_sender), rows::kLocalSender,
                                 Effect::Reconnect,
                                 "Who may send from a hosted domain without logging in",
                                 "auth: nobody; trusted: the networks of access.trusted; any: "
                                 "everyone."));
    out.push_back(row("smtp.hide_client", AT(smtp.hide_client), Effect::Reconnect,
                      "Leave the client's address out of Received when it logged in"));
    out.push_back(row("smtp.delivered_to", AT(smtp.delivered_to), Effect::Reconnect,
                      "Add Delivered-To with the recipient"));
    out.push_back(row("smtp.return_path", AT(smtp.return_path), Effect::Reconnect,
                      "Add Return-Path with the sender (RFC 5321 §4.4)"));
    out.push_back(row("smtp.complete_headers", AT(smtp.complete_headers), Effect::Reconnect,
                      "Add Date and Message-ID to submitted messages that lack them"));
    out.push_back(row("smtp.identity_fields", AT(smtp.identity_fields), Effect::Reconnect,
                      "Fields that say who sent it, for mail of authenticated senders",
                      "X-Originating-IP: the client's address; X-Authenticated-User: the login; "
                      "Sender: the login, where From names somebody else or several (RFC 5322 "
                      "§3.6.2). Each takes the place of the client's own."));
    out.push_back(choice<Config>("smtp.over_quota", AT(smtp.over_quota), rows::kOverQuota,
                                 Effect::Reconnect, "Answer for a full mailbox",
                                 "defer: 452, the sender tries again; refuse: 552, it bounces."));
    out.push_back(row("smtp.blocked_recipients", AT(smtp.blocked_recipients), Effect::Hot,
                      "Recipients refused as if they did not exist, \"*\" allowed"));
    out.push_back(row("smtp.allowed_recipients", AT(smtp.allowed_recipients), Effect::Hot,
                      "Recipients taken although smtp.blocked_recipients matches"));
    out.push_back(row("smtp.replies", AT(smtp.replies), Effect::Reconnect,
                      "Own texts for fixed replies, by name: no_such_user = \"Nobody of that name\"",
                      "Codes stay as they are. \"mailctl explain --replies\" lists the names; the log "
                      "gives them as why=."));
}

void add_mailboxes_and_log(Rows& out)
{
    out.push_back(row("imap.idle", AT(imap.idle), Effect::Reconnect, "Offer IDLE (RFC 2177)"));
    out.push_back(row("imap.delimiter", AT(imap.delimiter), Effect::Reconnect,
                      "Between the levels of mailbox names: \"/\", \".\" or \"\\\"",
                      "Clients see this one and the store is not touched: where a name itself holds "
                      "it, they see \"/\" in its place."));
    out.push_back(row("imap.disabled_extensions", AT(imap.disabled_extensions), Effect::Reconnect,
                      "IMAP extensions switched off, by the names of CAPABILITY: [\"NOTIFY\"]",
                      "Its commands and options are then unknown, and what builds on it goes too: "
                      "without SORT there is no ESORT. For one user whose old client stumbles over "
                      "something: mailctl user set ADDRESS --setting "
                      "imap.disabled_extensions=QRESYNC,NOTIFY. IMAP4rev2 is announced where "
                      "everything is on that it contains."));
    out.push_back(row("imap.default_mailboxes", AT(imap.default_mailboxes), Effect::Hot,
                      "Mailboxes made for new users besides INBOX",
                      "\"/\" separates levels: [\"Sent\", \"Work/Offers\"]. Drafts, Sent, Junk, Trash "
                      "and Archive get the special uses of these names. Where one of them is not made "
                      "here, it is made when something is to be put there. Users who exist already "
                      "keep what they have."));
    out.push_back(row("imap.submit_servers", AT(imap.submit_servers), Effect::Hot,
                      "Logins of submission servers that fetch what users sign for them",
                      "Full addresses. Such a login reads what a URL with \"submit+\" names, whoever "
                      "signed it (RFC 4467). This server's own submission needs none."));
    out.push_back(row("spam.traps", AT(spam.traps), Effect::Hot,
                      "Addresses that nobody uses and only spammers find",
                      "Refused like unknown ones, also where an alias or a catch-all would take "
                      "them, and counted by the [[ban.rule]] with trigger = \"trap\"."));
    out.push_back(row("log.target", AT(log.target), Effect::Restart,
                      "Where the log goes: stderr, journal, syslog or file"));
    out.push_back(row("log.file", AT(log.file), Effect::Restart, "Log file, where target is file",
                      "Lines are in it within a second, warnings and errors at once."));
    out.push_back(row("log.rotate", AT(log.rotate_octets), Effect::Restart,
                      "Size at which the log file is put aside"));
    out.push_back(row("log.keep_files", AT(log.keep_files), Effect::Restart,
                      "Old log files that are kept"));
    out.push_back(row("log.levels", AT(log.levels), Effect::Hot,
                      "Level of each area: wire, debug, info, warn, error or off",
                      "Areas: smtp, submission, lmtp, imap, pop3, auth, delivery, queue, store, "
                      "conf, admin, tls, control, server; \"default\" for all others."));
}

#undef AT
#define AT(member) [](auto& l) -> auto& { return l.member; }

} // namespace

std::string_view name_of(Effect effect)
{
    switch (effect) {
    case Effect::Hot: return "hot";
    case Effect::Reconnect: return "reconnect";
    case Effect::Restart: return "restart";
    }
    return "restart";
}

const std::vector<Setting<Config>>& settings()
{
    static const Rows all = [] {
        Rows out;
        add_server(out);
        add_tls(out);
        add_auth(out);
        add_ban(out);
        add_access(out);
        add_limits(out);
        add_message_limits(out);
        add_smtp(out);
        add_mailboxes_and_log(out);
        add_http_rows(out);
        add_oauth_rows(out);
        add_sharing_rows(out);
        add_user_rows(out);
        add_keeping_rows(out);
        add_fts_rows(out);
        add_outbound_rows(out);
        add_sending_rows(out);
        add_abuse_rows(out);
        return out;
    }();
    return all;
}

const std::vector<Setting<Listener>>& listener_settings()
{
    static const std::vector<Setting<Listener>> all{
        rows::row<Listener>("name", AT(name), Effect::Hot, "Name in logs and lists"),
        choice<Listener>("protocol", AT(protocol), rows::kProtocols, Effect::Hot,
                         "What is spoken: smtp, submission, lmtp, imap, pop3 or http",
                         "http takes tls = \"implicit\" (HTTPS) or \"none\", and answers what "
                         "autoconfig.enabled tells of."),
        rows::row<Listener>("addresses", AT(addresses), Effect::Hot,
                            "Addresses to listen on; empty: all, IPv4 and IPv6",
                            "\"unix:PATH\" listens on a Unix socket (LMTP)."),
        rows::row<Listener>("port", AT(port), Effect::Hot, "TCP port"),
        choice<Listener>("tls", AT(tls), rows::kTlsModes, Effect::Reconnect,
                         "How TLS begins: none, starttls, starttls-required or implicit"),
        choice<Listener>("plaintext_auth", AT(plaintext_auth), rows::kPlaintextAuth,
                         Effect::Reconnect,
                         "When passwords may be sent as such: over tls, always or never"),
        choice<Listener>("client_certificates", AT(client_certificates), rows::kClientCertificates,
                         Effect::Reconnect,
                         "Whether clients are asked for a TLS certificate: ask or none",
                         "Nobody is asked while auth.client_certificates is off, nor where nobody "
                         "can log in: on http, lmtp, and smtp without auth. A certificate lets its "
                         "user log in with SASL EXTERNAL; \"none\" is for a listener whose clients "
                         "stumble over the question."),
        rows::row<Listener>("auth", AT(auth), Effect::Reconnect,
                            "Offer AUTH on an smtp listener; submission always requires it"),
        rows::row<Listener>("banner", AT(banner), Effect::Reconnect,
                            "Greeting text; empty: the server's name"),
        rows::row<Listener>("disabled_commands", AT(disabled_commands), Effect::Reconnect,
                            "SMTP commands answered as not implemented"),
        rows::row<Listener>("enabled", AT(enabled), Effect::Hot, "false: not bound"),
    };
    return all;
}

const std::vector<Setting<Certificate>>& certificate_settings()
{
    static const std::vector<Setting<Certificate>> all{
        rows::row<Certificate>("names", AT(names), Effect::Reconnect,
                               "Server names (SNI) it is for, \"*.example.org\" allowed",
                               "Empty: the names in the certificate. The first certificate is the "
                               "default."),
        rows::row<Certificate>("certificate", AT(certificate), Effect::Reconnect,
                               "PEM file with the certificate and its chain"),
        rows::row<Certificate>("key", AT(key), Effect::Reconnect,
                               "Private key: \"file:PATH\", \"env:NAME\" or \"cmd:COMMAND\""),
    };
    return all;
}

const std::vector<Setting<ControlToken>>& control_token_settings()
{
    static const std::vector<Setting<ControlToken>> all{
        rows::row<ControlToken>("name", AT(name), Effect::Hot, "Whose it is, for the log"),
        rows::row<ControlToken>("sha256", AT(sha256), Effect::Hot,
                                "SHA-256 of the token, as mailctl control token prints it"),
    };
    return all;
}

const std::vector<Setting<BanRule>>& ban_rule_settings()
{
    static const std::vector<Setting<BanRule>> all{
        choice<BanRule>("trigger", AT(trigger), rows::kBanTriggers, Effect::Hot,
                        "What is counted of an address",
                        "failed_login: the same wrong password again counts once. bad_command, "
                        "unknown_recipient: each one. empty_session: SMTP sessions that end without "
                        "mail or login. connection: each one. trap: recipients of spam.traps."),
        rows::row<BanRule>("window", AT(window), Effect::Hot, "Time over which it counts"),
        rows::row<BanRule>("count", AT(count), Effect::Hot,
                           "How many within the window ban the address: 1 to 10000"),
        rows::row<BanRule>("ban", AT(ban), Effect::Hot, "How long the ban lasts"),
    };
    return all;
}

const std::vector<Setting<LocalAddress>>& address_settings()
{
    static const std::vector<Setting<LocalAddress>> all{
        rows::row<LocalAddress>("ip", AT(ip), Effect::Reconnect,
                                "Local address, or network, that clients reach"),
        rows::row<LocalAddress>("hostname", AT(hostname), Effect::Reconnect,
                                "Name in greetings, EHLO and Received; empty: server.hostname"),
        rows::row<LocalAddress>("domain", AT(domain), Effect::Reconnect,
                                "Domain that completes login names without one; empty: "
                                "server.default_domain"),
    };
    return all;
}

} // namespace mailctl::conf
