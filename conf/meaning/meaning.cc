// What values mean together: checks that no single key can make.
#include <arpa/inet.h>

#include <algorithm>
#include <map>
#include <set>

#include "conf/imap_extensions.h"
#include "conf/meaning/parts.h"
#include "conf/schema/reply_names.h"
#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/base/log.h"

namespace mailctl::conf {

void Checker::complain(const std::string& key, std::string message)
{
    const auto at = origins_.find(key);
    const auto origin = at == origins_.end() ? Origin{} : at->second;
    found_.push_back(
        {origin.file, origin.line, origin.line > 0 ? 1U : 0U, key, std::move(message)});
}

bool is_ip_address(const std::string& text)
{
    unsigned char octets[16];
    return inet_pton(AF_INET, text.c_str(), octets) == 1 ||
           inet_pton(AF_INET6, text.c_str(), octets) == 1;
}

void check_one_of(Checker& check, const std::string& key, const std::string& value,
                  std::span<const std::string_view> words)
{
    if (std::find(words.begin(), words.end(), value) != words.end())
        return;
    std::string all;
    for (const auto word : words)
        all += (all.empty() ? "" : ", ") + std::string(word);
    check.complain(key, "must be one of: " + all);
}

void check_one_of(Checker& check, const std::string& key, const std::string& value,
                  std::initializer_list<std::string_view> words)
{
    check_one_of(check, key, value, std::span(words.begin(), words.size()));
}

namespace {

bool is_network(const std::string& text)
{
    const auto slash = text.find('/');
    if (!is_ip_address(text.substr(0, slash)))
        return false;
    if (slash == std::string::npos)
        return true;
    const auto bits = ascii::parse_number<unsigned>(text.substr(slash + 1));
    return bits && *bits <= (text.find(':') == std::string::npos ? 32U : 128U);
}

void check_networks(Checker& check, const std::string& key, const std::vector<std::string>& list)
{
    for (const auto& network : list)
        if (!is_network(network))
            check.complain(key, "\"" + ascii::printable(network) +
                                    "\" is no address or network such as 192.0.2.0/24");
}

void check_server(Checker& check, const Config& config)
{
    if (config.server.data_dir.empty())
        check.complain("server.data_dir", "must be set");
    for (const auto& [key, name] :
         {std::pair{"server.hostname", config.server.hostname},
          std::pair{"server.default_domain", config.server.default_domain}}) {
        if (name.empty())
            continue;
        if (const auto domain = address::canonical_domain(name); !domain)
            check.complain(key, domain.error().detail());
    }
    if (!config.server.postmaster.empty() && !address::parse(config.server.postmaster))
        check.complain("server.postmaster", "is no mail address");
}

void check_tls(Checker& check, const Config& config)
{
    check_one_of(check, "tls.min_version", config.tls.min_version, {"1.0", "1.1", "1.2", "1.3"});
    check_one_of(check, "tls.max_version", config.tls.max_version, {"1.0", "1.1", "1.2", "1.3"});
    if (config.tls.min_version > config.tls.max_version)
        check.complain("tls.min_version", "is over tls.max_version");
    for (std::size_t i = 0; i < config.tls.certificates.size(); ++i) {
        const auto& certificate = config.tls.certificates[i];
        const auto key = "tls.certificate[" + std::to_string(i) + "]";
        if (certificate.certificate.empty())
            check.complain(key, "certificate must be set");
        const auto colon = certificate.key.find(':');
        const auto form = certificate.key.substr(0, colon);
        if (colon == std::string::npos || (form != "file" && form != "env" && form != "cmd"))
            check.complain(key, "key must be \"file:PATH\", \"env:NAME\" or \"cmd:COMMAND\"");
    }
}

void check_listener(Checker& check, const Config& config, std::size_t index)
{
    const auto& listener = config.listeners[index];
    const auto key = "listener[" + std::to_string(index) + "]";
    if (listener.name.empty())
        check.complain(key, "name must be set");
    bool needs_port = listener.addresses.empty();
    for (const auto& address : listener.addresses) {
        const bool is_unix = address.rfind("unix:", 0) == 0;
        needs_port |= !is_unix;
        if (!is_unix && !is_ip_address(address))
            check.complain(key + ".addresses", "\"" + ascii::printable(address) +
                                                   "\" is no IP address and no \"unix:PATH\"");
    }
    if (needs_port && listener.port == 0)
        check.complain(key, "port must be set");
    const bool needs_certificate =
        listener.tls == TlsMode::Implicit || listener.tls == TlsMode::RequireStartTls;
    if (needs_certificate && listener.enabled && config.tls.certificates.empty())
        check.complain(key + ".tls", "needs a [[tls.certificate]]");
    if (listener.protocol == Protocol::Http && listener.tls != TlsMode::None &&
        listener.tls != TlsMode::Implicit)
        check.complain(key + ".tls", "HTTP has no STARTTLS: \"none\" or \"implicit\"");
    if (listener.protocol == Protocol::Submission && listener.tls == TlsMode::None &&
        listener.plaintext_auth != PlaintextAuth::Always)
        check.complain(key + ".tls",
                       "nobody could log in: TLS is off and plaintext_auth is not \"always\"");
}

// Two listeners on one address and port: the second could not bind.
void check_ports(Checker& check, const Config& config)
{
    std::map<std::string, std::string> taken;
    for (std::size_t i = 0; i < config.listeners.size(); ++i) {
        const auto& listener = config.listeners[i];
        if (!listener.enabled)
            continue;
        auto addresses = listener.addresses;
        if (addresses.empty())
            addresses = {"*"};
        for (const auto& address : addresses) {
            const auto place = address.rfind("unix:", 0) == 0
                                   ? address
                                   : address + " port " + std::to_string(listener.port);
            const auto [at, added] = taken.insert({place, listener.name});
            if (!added)
                check.complain("listener[" + std::to_string(i) + "]",
                               place + " is already taken by listener \"" + at->second + "\"");
        }
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < config.listeners.size(); ++i)
        if (!config.listeners[i].name.empty() && !names.insert(config.listeners[i].name).second)
            check.complain("listener[" + std::to_string(i) + "].name",
                           "\"" + config.listeners[i].name + "\" is used twice");
}

void check_auth(Checker& check, const Config& config)
{
    for (const auto& mechanism : config.auth.mechanisms)
        check_one_of(check, "auth.mechanisms", mechanism,
                     {"PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"});
    if (config.auth.scram_iterations < 4096)
        check.complain("auth.scram_iterations", "must be at least 4096");
    if (config.auth.hash_memory_kib < 8 || config.auth.hash_memory_kib > 4U << 20)
        check.complain("auth.hash_memory_kib", "must be between 8 and 4194304");
    if (config.auth.hash_passes < 1 || config.auth.hash_passes > 100)
        check.complain("auth.hash_passes", "must be between 1 and 100");
}

void check_control(Checker& check, const Config& config)
{
    const ControlSettings& control = config.control;
    for (const auto& address : control.listen)
        if (!is_ip_address(address))
            check.complain("control.listen", "\"" + ascii::printable(address) + "\" is no IP address");
    if (!control.listen.empty() && control.port == 0)
        check.complain("control.port", "must be set");
    check_networks(check, "control.networks", control.networks);
    for (std::size_t i = 0; i < control.tokens.size(); ++i) {
        const auto& token = control.tokens[i];
        const auto key = "control.token[" + std::to_string(i) + "]";
        if (token.name.empty())
            check.complain(key, "name must be set");
        if (token.sha256.size() != 64 ||
            token.sha256.find_first_not_of("0123456789abcdef") != std::string::npos)
            check.complain(key + ".sha256", "must be 64 hexadecimal digits, in lower case");
    }
    if (control.listen.empty())
        return;
    if (control.client_ca.empty() && control.tokens.empty())
        check.complain("control.listen", "needs control.client_ca or a [[control.token]]");
    if (config.tls.certificates.empty())
        check.complain("control.listen", "needs a [[tls.certificate]]");
}

void check_ban(Checker& check, const Config& config)
{
    check_networks(check, "ban.exempt", config.ban.exempt);
    if (!config.ban.exec.empty() && !config.ban.exec.front().starts_with('/'))
        check.complain("ban.exec", "must begin with the command's full path");
    bool has_trap = false;
    for (std::size_t i = 0; i < config.ban.rules.size(); ++i) {
        const auto& rule = config.ban.rules[i];
        const auto key = "ban.rule[" + std::to_string(i) + "]";
        has_trap |= rule.trigger == BanTrigger::Trap;
        if (rule.count < 1 || rule.count > kMostBanCount)
            check.complain(key + ".count", "must be between 1 and " + std::to_string(kMostBanCount));
        if (rule.window.count() <= 0)
            check.complain(key + ".window", "must be over 0");
        if (rule.ban.count() <= 0)
            check.complain(key + ".ban", "must be over 0");
    }
    for (const auto& trap : config.spam.traps)
        if (!address::parse(trap))
            check.complain("spam.traps", "\"" + ascii::printable(trap) + "\" is no mail address");
    if (!config.spam.traps.empty() && !has_trap)
        check.complain("spam.traps", "needs a [[ban.rule]] with trigger = \"trap\"");
}

void check_addresses(Checker& check, const Config& config)
{
    for (std::size_t i = 0; i < config.addresses.size(); ++i) {
        const auto& one = config.addresses[i];
        const auto key = "address[" + std::to_string(i) + "]";
        if (one.ip.empty())
            check.complain(key, "ip must be set");
        else
            check_networks(check, key + ".ip", {one.ip});
        for (const auto& [name, value] :
             {std::pair{".hostname", &one.hostname}, std::pair{".domain", &one.domain}})
            if (const auto domain = address::canonical_domain(*value); !value->empty() && !domain)
                check.complain(key + name, domain.error().detail());
    }
}

constexpr std::size_t kMostDefaultMailboxes = 50;
constexpr std::size_t kMostMailboxNameOctets = 255; // as in store/account.h

bool is_mailbox_name(std::string_view name)
{
    return !name.empty() && name.size() <= kMostMailboxNameOctets && name.front() != '/' &&
           name.back() != '/' && name.find("//") == std::string_view::npos &&
           std::none_of(name.begin(), name.end(), [](char c) {
               return ascii::is_control(c) || c == '*' || c == '%';
           });
}

void check_default_mailboxes(Checker& check, const std::vector<std::string>& names)
{
    if (names.size() > kMostDefaultMailboxes)
        check.complain("imap.default_mailboxes",
                       "at most " + std::to_string(kMostDefaultMailboxes) + " mailboxes");
    for (const auto& name : names)
        if (!is_mailbox_name(name))
            check.complain("imap.default_mailboxes", "\"" + ascii::printable(name) +
                                                         "\" is no name of a mailbox: levels are "
                                                         "separated by single slashes");
}

void check_limits(Checker& check, const Config& config)
{
    if (config.limits.message.command_octets < 512)
        check.complain("limits.message.command", "must be at least 512");
    if (config.limits.imap_command_octets < 8192)
        check.complain("limits.imap.command", "must be at least 8192");
    if (config.limits.imap.idle < std::chrono::minutes(30))
        check.complain("limits.imap.idle", "must be at least 30m (RFC 9051 §5.4)");
    check_one_of(check, "imap.delimiter", config.imap.delimiter, {"/", ".", "\\"});
    for (const auto& name : config.imap.disabled_extensions) {
        const bool is_known = std::any_of(
            std::begin(kImapExtensions), std::end(kImapExtensions),
            [&](auto known) { return ascii::equals_ignoring_case(known, name); });
        if (!is_known)
            check.complain("imap.disabled_extensions",
                           "\"" + ascii::printable(name) + "\" is no extension of this server");
    }
    check_default_mailboxes(check, config.imap.default_mailboxes);
    if (config.limits.pop3.idle < std::chrono::minutes(10))
        check.complain("limits.pop3.idle", "must be at least 10m (RFC 1939 §3)");
}

/// RFC 5321 §4.2: a reply's text is one line of printable octets.
void check_replies(Checker& check, const Config& config)
{
    for (const auto& [name, text] : config.smtp.replies) {
        if (std::find(std::begin(kReplyNames), std::end(kReplyNames), name) == std::end(kReplyNames))
            check.complain("smtp.replies", "\"" + ascii::printable(name) +
                                               "\" is no reply; see mailctl explain --replies");
        const bool printable = std::none_of(text.begin(), text.end(), ascii::is_control);
        if (text.empty() || text.size() > 400 || !printable)
            check.complain("smtp.replies", "the text of \"" + ascii::printable(name) +
                                               "\" must be one line of 1 to 400 octets");
    }
}

void check_relay(Checker& check, const Config& config)
{
    for (const auto& word : config.relay.allow)
        check_one_of(check, "relay.allow", word, kRelayWords);
}

void check_identity_fields(Checker& check, const Config& config)
{
    for (const auto& field : config.smtp.identity_fields)
        check_one_of(check, "smtp.identity_fields", field, kIdentityFields);
}

void check_log(Checker& check, const Config& config)
{
    check_one_of(check, "log.target", config.log.target, {"stderr", "journal", "syslog", "file"});
    if (config.log.target == "file" && config.log.file.empty())
        check.complain("log.file", "must be set where log.target is \"file\"");
    for (const auto& [area, level] : config.log.levels) {
        const auto& areas = log::kAreas;
        if (area != "default" && std::find(std::begin(areas), std::end(areas), area) == std::end(areas))
            check.complain("log.levels", "\"" + ascii::printable(area) + "\" is no area");
        check_one_of(check, "log.levels", level, {"wire", "debug", "info", "warn", "error", "off"});
    }
}

/// A secret goes to the introspection endpoint: in the clear only within this machine.
void check_oauth(Checker& check, const Config& config)
{
    const std::string& url = config.oauth.introspection_url;
    const auto starts = [&url](std::string_view start) {
        return url.starts_with(start) && (url.size() == start.size() || url[start.size()] == ':' ||
                                          url[start.size()] == '/');
    };
    const bool is_local = starts("http://127.0.0.1") || starts("http://[::1]") || starts("http://localhost");
    if (!url.empty() && !url.starts_with("https://") && !is_local)
        check.complain("oauth.introspection_url", "must begin with https://");
    if (config.oauth.user_claim.empty())
        check.complain("oauth.user_claim", "must name a claim");
    if (!config.oauth.keys.empty() && config.oauth.issuer.empty() && config.oauth.audience.empty())
        check.complain("oauth.keys", "oauth.issuer or oauth.audience must tell whose tokens are taken");
}

} // namespace

std::vector<Diagnostic> check_meaning(const Config& config,
                                      const std::map<std::string, Origin>& origins)
{
    Checker check(origins);
    check_server(check, config);
    check_tls(check, config);
    for (std::size_t i = 0; i < config.listeners.size(); ++i)
        check_listener(check, config, i);
    check_ports(check, config);
    check_auth(check, config);
    check_limits(check, config);
    check_replies(check, config);
    check_identity_fields(check, config);
    check_relay(check, config);
    check_log(check, config);
    check_networks(check, "access.trusted", config.access.trusted);
    check_control(check, config);
    check_ban(check, config);
    check_addresses(check, config);
    check_oauth(check, config);
    check_sharing(check, config);
    check_abuse(check, config);
    check_users(check, config);
    check_keeping(check, config);
    check_outbound(check, config);
    if (!config.fts.folder.empty() && config.fts.folder.front() != '/')
        check.complain("fts.folder", "must be an absolute path");
    for (const auto& [name, list] : {std::pair{"smtp", &config.access.smtp},
                                     std::pair{"submission", &config.access.submission},
                                     std::pair{"lmtp", &config.access.lmtp},
                                     std::pair{"imap", &config.access.imap},
                                     std::pair{"pop3", &config.access.pop3},
                                     std::pair{"http", &config.access.http}}) {
        check_networks(check, std::string("access.") + name + ".allow", list->allow);
        check_networks(check, std::string("access.") + name + ".deny", list->deny);
    }
    return check.take();
}

} // namespace mailctl::conf
