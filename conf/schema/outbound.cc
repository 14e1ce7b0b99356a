// Settings of mail that goes out: rows of [dns], [outbound], [queue], [bounce], [forward].
#include "conf/schema/parts.h"

#include "conf/schema/arrays.h"
#include "conf/schema/words.h"

namespace mailctl::conf {
namespace {

using rows::choice;

#define AT(member)       \
    [](auto& c) -> auto& \
    {                    \
        return c.member; \
    }

template <class Get>
Setting<Config> row(std::string_view path, Get get, std::string_view help,
                    std::string_view manual = {})
{
    return rows::row<Config>(path, get, Effect::Hot, help, manual);
}

void add_dns(SettingRows& out)
{
    out.push_back(row("dns.servers", AT(dns.servers),
                      "DNS servers to ask, in order; empty: those of /etc/resolv.conf",
                      "An address, or \"[address]:port\"."));
    out.push_back(row("dns.zone_files", AT(dns.zone_files),
                      "Zone files that answer before any server is asked",
                      "RFC 1035 master files for names that only this server knows. Their answers "
                      "count as authentic."));
    out.push_back(row("dns.timeout", AT(dns.timeout), "Wait for one answer of one server"));
    out.push_back(
        row("dns.attempts", AT(dns.attempts), "Questions sent for one answer, over all servers"));
    out.push_back(
        row("dns.root_fallback", AT(dns.root_fallback),
            "Ask the world's own servers, from the root down, where dns.servers fail",
            "For the time when the provider's servers are down: it takes more questions and longer. "
            "With dns.dnssec = \"ad\" it is done only where none of dns.servers says anything, and "
            "never for TLSA records: a server that checks signatures fails where they are wrong. "
            "With \"validate\" what comes this way is checked like all else."));
    out.push_back(row("dns.root_hints", AT(dns.root_hints),
                      "Zone file with the names and addresses of the root's servers; empty: the "
                      "built-in ones",
                      "As https://www.internic.net/domain/named.root, for a root of one's own. "
                      "Servers on this machine are asked only where this file names such a one."));
    out.push_back(row("dns.cache_entries", AT(dns.cache_entries), "Answers kept in memory"));
    out.push_back(row("dns.max_ttl", AT(dns.max_ttl), "Longest time an answer is kept"));
    out.push_back(row("dns.max_negative_ttl", AT(dns.max_negative_ttl),
                      "Longest time it is kept that there is no answer (RFC 2308 §5)"));
    out.push_back(
        choice<Config>("dns.dnssec", AT(dns.dnssec), rows::kDnssec, Effect::Hot,
                       "Who checks DNSSEC signatures: off, ad or validate",
                       "off: nobody, and DANE is not used. ad: the DNS server, whose AD bit is "
                       "believed: only with a validating server on this machine or over a trusted "
                       "link. validate: mailctl itself, down from dns.trust_anchor; the servers "
                       "need not be trusted then, but must hand on signatures. Answers that do "
                       "not check out count as no answer: mail waits."));
    out.push_back(
        row("dns.trust_anchor", AT(dns.trust_anchor),
            "File with the DS or DNSKEY records of the root, for dns.dnssec = \"validate\"",
            "The default comes with Debian's package dns-root-data, which keeps it up to date. "
            "Records of other zones may be there too: they are believed for what is below them."));
}

void add_outbound(SettingRows& out)
{
    out.push_back(
        choice<Config>("outbound.mode", AT(outbound.mode), rows::kOutboundModes, Effect::Hot,
                       "How mail for others leaves: mx, fallback or smart-host",
                       "mx: straight to the hosts of the recipient's domain. fallback: the same, "
                       "and through outbound.smart_hosts where that fails for a while. smart-host: "
                       "always through them. A [[route]] that matches goes before all."));
    out.push_back(row("outbound.smart_hosts", AT(outbound.smart_hosts),
                      "Names of [[smart_host]] tables, in order"));
    out.push_back(
        row("outbound.port", AT(outbound.port), "Port of the hosts that MX records name"));
    out.push_back(
        row("outbound.hello", AT(outbound.hello),
            "Name in EHLO to other servers; empty: server.hostname",
            "It should be the name that reverse DNS gives for the address mail comes from."));
    out.push_back(row("outbound.sources", AT(outbound.sources),
                      "Local addresses to connect from, one a family; empty: the system's choice"));
    out.push_back(row("outbound.source_fallback", AT(outbound.source_fallback),
                      "Connect from the system's choice where that from one of the sources fails",
                      "It fails where the address is not this machine's, or nobody answers within half "
                      "of outbound.connect_timeout. Where SPF, or a list that mail is accepted from, "
                      "names that address alone, false is right: the message waits then."));
    out.push_back(choice<Config>("outbound.family", AT(outbound.family), rows::kIpFamilies,
                                 Effect::Hot, "Which addresses are tried: any, ipv4 or ipv6", ""));
    out.push_back(choice<Config>(
        "outbound.tls", AT(outbound.tls), rows::kOutboundTls, Effect::Hot,
        "TLS to other servers: none, may, encrypt, verify or implicit",
        "may: where it is offered, whatever the certificate (RFC 7435). encrypt: required. verify: "
        "required, with a certificate for the host's name. implicit: from the first octet, "
        "verified. DANE and MTA-STS demand more where a domain publishes them."));
    out.push_back(row("outbound.min_tls_version", AT(outbound.min_tls_version),
                      "Oldest TLS version where TLS is required: 1.0 to 1.3"));
    out.push_back(row("outbound.dane", AT(outbound.dane),
                      "Hold hosts to their TLSA records (RFC 7672); needs dns.dnssec"));
    out.push_back(row("outbound.mta_sts", AT(outbound.mta_sts),
                      "Hold domains to the policies they publish (RFC 8461)"));
    out.push_back(row("outbound.ca_file", AT(outbound.ca_file),
                      "PEM file of trusted authorities; empty: the system's"));
    out.push_back(row("outbound.proxy", AT(outbound.proxy),
                      "SOCKS proxy that connections go through, \"host:port\" or with \"socks4://\" before "
                      "it; empty: none"));
    out.push_back(
        row("outbound.proxy_user", AT(outbound.proxy_user), "User name for the proxy (RFC 1929)"));
    out.push_back(row("outbound.proxy_secret", AT(outbound.proxy_secret),
                      "Its password: \"file:PATH\", \"env:NAME\" or \"cmd:COMMAND\""));
    out.push_back(
        row("outbound.verp", AT(outbound.verp),
            "Reverse-paths that name their recipient, \"*\" allowed: \"*-bounces@lists.example.org\"",
            "Variable envelope return paths: mail of such a sender goes to bob@example.net from "
            "SENDER+bob=example.net@DOMAIN, one transaction a recipient, so that a bounce tells "
            "whose it is, whatever it says. It comes back to SENDER as mail for a subaddress. A "
            "recipient that would make it longer than 64 octets gets it from the plain sender."));
    out.push_back(row("outbound.deliveries", AT(outbound.deliveries),
                      "Transactions with other servers under way at once"));
    out.push_back(row("outbound.connections_per_destination",
                      AT(outbound.connections_per_destination),
                      "Connections at once to one destination"));
    out.push_back(row("outbound.messages_per_connection", AT(outbound.messages_per_connection),
                      "Messages over one connection before it is closed"));
    out.push_back(row("outbound.recipients_per_transaction",
                      AT(outbound.recipients_per_transaction),
                      "Recipients of one transaction; more go in another"));
    out.push_back(row("outbound.messages_per_hour", AT(outbound.messages_per_hour),
                      "Messages an hour to one destination; 0: no limit"));
    out.push_back(row("outbound.connection_idle", AT(outbound.connection_idle),
                      "How long a connection is kept for the next message"));
    out.push_back(row("outbound.back_off", AT(outbound.back_off),
                      "First wait for a destination that cannot be reached, doubled each time"));
    out.push_back(row("outbound.max_back_off", AT(outbound.max_back_off), "Longest such wait"));
    out.push_back(
        row("outbound.max_mx", AT(outbound.max_mx), "Hosts of one domain that are tried"));
    out.push_back(
        row("outbound.connect_timeout", AT(outbound.connect_timeout), "Wait for a connection"));
    out.push_back(row("outbound.greeting_timeout", AT(outbound.greeting_timeout),
                      "Wait for the greeting (RFC 5321 §4.5.3.2.1: 5 minutes)"));
    out.push_back(row("outbound.command_timeout", AT(outbound.command_timeout),
                      "Wait for the reply to a command (RFC 5321 §4.5.3.2: 5 minutes)"));
    out.push_back(row("outbound.data_timeout", AT(outbound.data_timeout),
                      "Wait while a block of a message is sent (RFC 5321 §4.5.3.2.5: 3 minutes)"));
    out.push_back(row("outbound.final_timeout", AT(outbound.final_timeout),
                      "Wait for the reply to the whole message (RFC 5321 §4.5.3.2.6: 10 minutes)"));
    out.push_back(row("outbound.message_octets", AT(outbound.message_octets),
                      "Largest message sent to other servers; 0: no limit"));
}

void add_queue(SettingRows& out)
{
    out.push_back(
        row("queue.retry", AT(queue.retry), "Waits between attempts; the last one repeats"));
    out.push_back(
        row("queue.lifetime", AT(queue.lifetime), "How long a message is tried before it bounces"));
    out.push_back(row("queue.bounce_lifetime", AT(queue.bounce_lifetime),
                      "How long a bounce is tried before it is given up"));
    out.push_back(row("queue.jitter_percent", AT(queue.jitter_percent),
                      "Random part of each wait, so that retries spread"));
    out.push_back(row("queue.dns_attempts", AT(queue.dns_attempts),
                      "Attempts for a domain that does not exist; 0: until queue.lifetime"));
    out.push_back(row("queue.delay_notice", AT(queue.delay_notice),
                      "When the sender is told that a message is late; 0: never"));
    out.push_back(choice<Config>(
        "queue.delay_notices", AT(queue.delay_notices), rows::kDelayNotices, Effect::Hot,
        "How often the sender is told that it is late: never, once or each",
        "once: after the first attempt that fails when queue.delay_notice has passed. each: after "
        "that one and every further attempt that fails. Who gets no bounce (bounce.to, null "
        "senders, automatic mail, NOTIFY without DELAY) is not told of delays either."));
    out.push_back(row("queue.history", AT(queue.history),
                      "How long finished messages are kept in \"queue history\""));
    out.push_back(
        row("queue.delay", AT(queue.delay), "Wait before the first attempt of mail for others"));
    out.push_back(
        row("queue.priority", AT(queue.priority),
            "Priority of classes of mail, 1 (last) to 10 (first): { list = \"3\" }",
            "Classes: list, large (over queue.large), bounce, auto_reply, report (read receipts, "
            "reports of feedback and the like), event (what the server tells its administrators), "
            "normal (all others). after_3 = \"4\" lowers what was tried three times to 4. What is not "
            "named has 5."));
    out.push_back(
        row("queue.large", AT(queue.large_octets), "Size from which a message is of class large"));
    out.push_back(row("queue.sender_priority", AT(queue.sender_priority),
                      "Priority of mail of these senders, \"*\" allowed: { \"news@*\" = \"2\" }"));
    out.push_back(row("queue.slow_after", AT(queue.slow_after),
                      "Attempts after which a message has priority 1; 0: never"));
    out.push_back(rows::row<Config>(
        "queue.pickup", AT(queue.pickup), Effect::Restart,
        "Folder whose message files are sent; empty: none",
        "Files that end in .eml, written under another name and renamed. Recipients "
        "are in To, Cc and Bcc, the sender in Return-Path, Sender or From, as with "
        "sendmail -t. Fields X-Pickup-To name recipients in their place; (header) in "
        "one keeps those too. What cannot be taken, or not by all recipients, is "
        "renamed to .bad."));
    out.push_back(row("queue.pickup_interval", AT(queue.pickup_interval),
                      "How often queue.pickup is looked at"));
}

void add_bounce(SettingRows& out)
{
    out.push_back(choice<Config>(
        "bounce.to", AT(bounce.to), rows::kBounceTo, Effect::Hot,
        "Whose mail bounces when it cannot be delivered: auth, spf, all or none",
        "auth: of users of this server and of access.trusted; mail of others is refused while "
        "their server is there. spf: theirs too, where the sender's domain lets the host that "
        "brought the mail send for it (RFC 7208 \"pass\"), so that no bounce reaches somebody whose "
        "address was forged. all: everyone's. none: nobody's. Mail with the null sender never "
        "bounces.\n\n"
        "With spf, the DNS is asked at RCPT, once a message and only about mail that goes on to "
        "another server (by an alias, a forward or a route); its result is kept with the queue's "
        "entry (mailctl queue show) and written into a Received-SPF field. Nothing is refused for "
        "it. It is not asked again: mail whose sender's domain did not answer then (temperror), or "
        "that came before the setting was spf, does not bounce. What a domain says is shown by "
        "mailctl spf check."));
    out.push_back(row("bounce.from", AT(bounce.from),
                      "From of bounces; empty: MAILER-DAEMON at the server's name"));
    out.push_back(row("bounce.copy", AT(bounce.copy),
                      "Address that gets a copy of each failure notice; empty: none"));
    out.push_back(row("bounce.double_to", AT(bounce.double_to),
                      "Where a bounce that cannot be delivered goes; empty: nowhere"));
    out.push_back(row("bounce.templates", AT(bounce.templates),
                      "Folder of texts for notices; empty: the built-in ones",
                      "failure.txt, delay.txt, success.txt; with a language, failure.de.txt; in a "
                      "folder of the sender's domain, those for it."));
    out.push_back(
        row("bounce.language", AT(bounce.language), "Language of notices: a tag such as en or de"));
    out.push_back(row("bounce.full", AT(bounce.full_octets),
                      "Messages up to this size come back whole (RET=FULL), others their header"));
}

void add_forward(SettingRows& out)
{
    out.push_back(choice<Config>("forward.sender", AT(forward.sender), rows::kForwardSenders,
                                 Effect::Hot,
                                 "Envelope sender of forwarded mail: keep, srs, mailbox, attach or off",
                                 "srs: an address here that leads back to the sender, so that SPF "
                                 "passes. mailbox: the forwarding user. keep: as it came. attach: the "
                                 "message goes as an attachment of a new one from the forwarding "
                                 "user, signed with DKIM. off: what users forward to other "
                                 "servers stays in their mailboxes; aliases lead there as with "
                                 "mailbox."));
    out.push_back(row("forward.srs_domain", AT(forward.srs_domain),
                      "Domain of SRS addresses; empty: the forwarding user's"));
    out.push_back(
        row("forward.srs_secrets", AT(forward.srs_secrets),
            "Keys of SRS addresses, as secret references; the first signs, all are accepted",
            "Empty: a key made by the server and kept in its store, with a new one every 90 days. See "
            "mailctl-srs(1)."));
    out.push_back(row("forward.srs_lifetime", AT(forward.srs_lifetime),
                      "How long an SRS address leads back, up to 1000 days"));
    out.push_back(row("forward.loop_limit", AT(forward.loop_limit),
                      "Times that forwards may send one message on; 0: no limit",
                      "Counted in the field Forward-Count, over all servers that heed it."));
}

#undef AT
#define AT(member)       \
    [](auto& r) -> auto& \
    {                    \
        return r.member; \
    }

template <class Owner, class Get>
void add_hop(std::vector<Setting<Owner>>& out, Get hop)
{
    const auto at = [&out, hop](std::string_view path, auto member, std::string_view help,
                                std::string_view manual = {}) {
        out.push_back(rows::row<Owner>(
            path, [ hop, member ](Owner & o) -> auto& { return hop(o).*member; }, Effect::Hot, help,
            manual));
    };
    at("hosts", &HopSettings::hosts, "Hosts, \"name[:port][=weight]\"",
       "\"[192.0.2.1]:25\" is an address, \"unix:PATH\" a socket (LMTP), \"mx:NAME\" the MX hosts "
       "of a name.");
    at("order", &HopSettings::order, "How hosts are chosen: ordered, round-robin or weighted");
    at("port", &HopSettings::port, "Port of hosts without one");
    out.push_back(choice<Owner>(
        "protocol", [hop](auto& o) -> auto& { return hop(o).protocol; }, rows::kHopProtocols,
        Effect::Hot, "What the hosts speak: smtp or lmtp"));
    out.push_back(choice<Owner>(
        "tls", [hop](auto& o) -> auto& { return hop(o).tls; }, rows::kOutboundTls, Effect::Hot,
        "As outbound.tls, for these hosts"));
    at("user", &HopSettings::user, "Login name at these hosts; empty: no AUTH");
    at("secret", &HopSettings::secret,
       "Its password, or token for XOAUTH2: \"file:PATH\", \"env:NAME\" or \"cmd:COMMAND\"");
    at("mechanisms", &HopSettings::mechanisms,
       "SASL mechanisms to use, best first; empty: all but XOAUTH2");
    at("hello", &HopSettings::hello, "Name in EHLO; empty: outbound.hello");
    at("sources", &HopSettings::sources,
       "Local addresses to connect from; empty: outbound.sources");
    at("sender", &HopSettings::sender,
       "Envelope sender in place of the message's own; empty: none");
    at("connections", &HopSettings::connections,
       "Connections at once; 0: outbound.connections_per_destination");
    at("messages_per_connection", &HopSettings::messages_per_connection,
       "0: outbound.messages_per_connection");
    at("messages_per_hour", &HopSettings::messages_per_hour,
       "Messages an hour; 0: outbound.messages_per_hour");
    at("attempts", &HopSettings::attempts,
       "Attempts of a recipient this way; then the next way is taken, or it is given up; 0: no limit",
       "A way whose hosts cannot be reached is left at once, whatever this says. What has no way "
       "without such a limit is given up when all are used, else with queue.lifetime.");
}

void add_tls_rpt(SettingRows& out)
{
    out.push_back(row("tls_rpt.keep", AT(tls_rpt.keep),
                      "How long counts of TLS sessions are kept (RFC 8460); 0: nothing is counted",
                      "Sessions with other mail servers, good and failed, by the recipients' domain "
                      "and day (UTC), as mailctl tlsrpt shows them."));
    out.push_back(row("tls_rpt.organization", AT(tls_rpt.organization),
                      "Who reports: organization-name (RFC 8460 §4.4); empty: server.hostname"));
    out.push_back(row("tls_rpt.contact", AT(tls_rpt.contact),
                      "Address in reports: contact-info; empty: postmaster@ server.hostname"));
}

} // namespace

void add_outbound_rows(SettingRows& out)
{
    add_dns(out);
    add_outbound(out);
    add_queue(out);
    add_bounce(out);
    add_tls_rpt(out);
    add_forward(out);
}

const std::vector<Setting<SmartHost>>& smart_host_settings()
{
    static const std::vector<Setting<SmartHost>> all = [] {
        std::vector<Setting<SmartHost>> out;
        out.push_back(
            rows::row<SmartHost>("name", AT(name), Effect::Hot, "Name in routes, logs and lists"));
        add_hop(out, AT(hop));
        return out;
    }();
    return all;
}

const std::vector<Setting<Route>>& route_settings()
{
    static const std::vector<Setting<Route>> all = [] {
        std::vector<Setting<Route>> out;
        const auto at = [&out](std::string_view path, auto member, std::string_view help,
                               std::string_view manual = {}) {
            out.push_back(rows::row<Route>(
                path, [member](Route & r) -> auto& { return r.*member; }, Effect::Hot, help,
                manual));
        };
        at("name", &Route::name, "Name in logs and lists");
        at("recipients", &Route::recipients,
           "Recipient domains or addresses, \"*\" allowed; empty: any",
           "\"example.org\", \"*.example.org\", \"ann@example.org\". All conditions that are given "
           "must hold; the first table that matches decides.");
        at("senders", &Route::senders,
           "Sender domains or addresses, \"*\" allowed, \"<>\": the null sender; empty: any");
        at("accounts", &Route::accounts, "Logins that submitted it, \"*\" allowed; empty: any");
        at("min_priority", &Route::min_priority, "Lowest priority it is for, from 1");
        at("max_priority", &Route::max_priority, "Highest priority it is for, to 10");
        at("authenticated_only", &Route::authenticated_only, "Only for mail of logged-in senders");
        out.push_back(
            choice<Route>("via", AT(via), rows::kRouteVias, Effect::Hot,
                          "Where it leads: hosts, mx, smart-host, exec, backup, local or refuse",
                          "hosts: those of this table. mx: the domain's MX hosts. smart-host: the "
                          "tables that smart_hosts names. exec: a command. backup: the MX hosts "
                          "that are better than this server. local: never to another server; what "
                          "is no user here bounces. refuse: it bounces with reason."));
        add_hop(out, AT(hop));
        at("smart_hosts", &Route::smart_hosts, "Names of [[smart_host]] tables, in order");
        at("exec", &Route::exec,
           "Command that gets the message on standard input, as a list of words",
           "The first word is its full path; no shell is between. {sender} and {recipients} in a "
           "word are replaced; {recipients} as a word of its own becomes one word a recipient, "
           "elsewhere commas stand between them. The command is fenced as the server is: it can "
           "write in server.data_dir and nowhere else. Addresses that begin with \"-\" bounce. "
           "Exit 0 is delivered, 75 and the like (sysexits) try again, others bounce with the last "
           "line it printed.");
        at("fallback", &Route::fallback,
           "Where it goes when no host of that can be reached, or attempts are used up: \"mx\" or "
           "names of [[smart_host]] tables");
        at("reason", &Route::reason, "Text of the bounce, for via = \"refuse\"");
        at("retry", &Route::retry, "Waits between attempts; empty: queue.retry");
        at("lifetime", &Route::lifetime, "How long it is tried; 0: queue.lifetime");
        out.push_back(
            rows::row<Route>("delay_notice", AT(delay_notice), Effect::Hot,
                             "When the sender is told of a delay; 0: queue.delay_notice"));
        out.push_back(choice<Route>("delay_notices", AT(delay_notices), rows::kRouteDelayNotices,
                                    Effect::Hot,
                                    "How often: never, once, each or queue (queue.delay_notices)"));
        at("accept", &Route::accept,
           "Take mail for its recipients from anyone: backup MX and gateways",
           "Its recipients then count as this server's own, for sending limits too. Without it, "
           "mail for them is taken from whom relay.allow names.");
        out.push_back(choice<Route>(
            "sender_side", AT(sender_side), rows::kRouteSides, Effect::Hot,
            "What its recipient domains and addresses count as where they send: external or local",
            "local: as a domain of this server: smtp.local_sender says who may send from them "
            "without logging in. external: anyone may, as from any other domain."));
        out.push_back(choice<Route>("verify", AT(verify), rows::kRouteVerify, Effect::Hot,
                                    "How recipients of accept are checked: none, callout or list",
                                    "callout: the next host is asked with RCPT, and its answer "
                                    "kept for a while. list: verify_list."));
        at("verify_list", &Route::verify_list, "Recipients that exist, \"*\" allowed");
        at("hold_for_etrn", &Route::hold_for_etrn,
           "Wait until ETRN (RFC 1985) or \"queue retry\" asks for it");
        return out;
    }();
    return all;
}

const std::vector<Setting<Rewrite>>& rewrite_settings()
{
    static const std::vector<Setting<Rewrite>> all{
        rows::row<Rewrite>(
            "from", AT(from), Effect::Hot,
            "Address in From, Sender, Reply-To, To and Cc of mail from here, \"*\" allowed"),
        rows::row<Rewrite>("to", AT(to), Effect::Hot,
                           "Address in its place; \"*\" stands for what matched"),
        rows::row<Rewrite>("envelope", AT(envelope), Effect::Hot, "The envelope sender too"),
        rows::choice<Rewrite>(
            "scope", AT(scope), rows::kRewriteScopes, Effect::Hot,
            "Mail to recipients of other servers, of this one, or all: remote, local or all",
            "A message has one header for all its recipients: one of them in scope is enough."),
    };
    return all;
}

#undef AT

} // namespace mailctl::conf
