// What the settings of mail that goes out mean together, but for routes.
#include <algorithm>

#include "conf/hosts.h"
#include "conf/meaning/parts.h"
#include "conf/priority.h"
#include "core/address/address.h"
#include "core/address/literal.h"
#include "core/base/ascii.h"
#include "core/base/clock.h"

namespace mailctl::conf {

void check_domain(Checker& check, const std::string& key, const std::string& name)
{
    if (name.empty())
        return;
    const auto form =
        name.front() == '[' ? address::canonical_literal(name) : address::canonical_domain(name);
    if (!form)
        check.complain(key, form.error().detail());
}

void check_sources(Checker& check, const std::string& key, const std::vector<std::string>& sources)
{
    unsigned ipv4 = 0, ipv6 = 0;
    for (const auto& source : sources) {
        if (!is_ip_address(source))
            check.complain(key, "\"" + ascii::printable(source) + "\" is no IP address");
        else
            ++(source.find(':') == std::string::npos ? ipv4 : ipv6);
    }
    if (ipv4 > 1 || ipv6 > 1)
        check.complain(key, "there may be one IPv4 and one IPv6 address");
}

void check_secret(Checker& check, const std::string& key, const std::string& reference)
{
    const auto colon = reference.find(':');
    const auto form = reference.substr(0, colon);
    const bool known = form == "file" || form == "env" || form == "cmd";
    if (colon == std::string::npos || !known || colon + 1 == reference.size())
        check.complain(key, "must be \"file:PATH\", \"env:NAME\" or \"cmd:COMMAND\"");
}

void check_mail_address(Checker& check, const std::string& key, const std::string& text)
{
    if (!text.empty() && !address::parse(text))
        check.complain(key, "\"" + ascii::printable(text) + "\" is no mail address");
}

void check_waits(Checker& check, const std::string& key, const std::vector<std::string>& waits)
{
    for (const auto& wait : waits) {
        const auto duration = parse_duration(wait);
        if (!duration || duration->count() <= 0)
            check.complain(key, "\"" + ascii::printable(wait) +
                                    "\" is no wait such as \"15m\" or \"1h30m\"");
    }
}

namespace {

void check_at_least_one(Checker& check,
                        std::initializer_list<std::pair<const char*, unsigned>> numbers)
{
    for (const auto& [key, number] : numbers)
        if (number == 0)
            check.complain(key, "must be at least 1");
}

void check_over_zero(Checker& check,
                     std::initializer_list<std::pair<const char*, milliseconds>> times)
{
    for (const auto& [key, time] : times)
        if (time.count() <= 0)
            check.complain(key, "must be over 0");
}

void check_dns(Checker& check, const Config& config)
{
    for (const auto& server : config.dns.servers) {
        const auto host = parse_host(server);
        if (!host || host->kind != HostSpec::Kind::Address || server.find('=') != std::string::npos)
            check.complain("dns.servers", "\"" + ascii::printable(server) +
                                              "\" is no IP address, with or without a port");
    }
    check_at_least_one(check, {{"dns.attempts", config.dns.attempts}});
    check_over_zero(check, {{"dns.timeout", config.dns.timeout}});
    if (config.dns.dnssec == Dnssec::Validate && config.dns.trust_anchor.empty())
        check.complain("dns.trust_anchor", "must be set where dns.dnssec is \"validate\"");
}

void check_proxy(Checker& check, const OutboundSettings& outbound)
{
    if (!outbound.proxy.empty()) {
        const auto proxy = parse_proxy(outbound.proxy);
        if (!proxy)
            check.complain("outbound.proxy", "must be \"host:port\" or \"socks4://host:port\"");
        else if (proxy->is_socks4 && !outbound.proxy_secret.empty())
            check.complain("outbound.proxy_secret", "SOCKS4 knows no passwords");
    }
    // A secret alone does no harm, and settings are set one after the other.
    const bool needs_secret = !outbound.proxy.starts_with("socks4:");
    if (!outbound.proxy_user.empty() && outbound.proxy_secret.empty() && needs_secret)
        check.complain("outbound.proxy_user", "needs outbound.proxy_secret");
    if (!outbound.proxy_secret.empty())
        check_secret(check, "outbound.proxy_secret", outbound.proxy_secret);
    if (!outbound.proxy_user.empty() && outbound.proxy.empty())
        check.complain("outbound.proxy_user", "needs outbound.proxy");
}

void check_outbound_table(Checker& check, const Config& config)
{
    const auto& outbound = config.outbound;
    if (outbound.mode != OutboundMode::Mx && outbound.smart_hosts.empty())
        check.complain("outbound.mode", "needs outbound.smart_hosts");
    check_smart_host_names(check, config, "outbound.smart_hosts", outbound.smart_hosts);
    check_domain(check, "outbound.hello", outbound.hello);
    check_sources(check, "outbound.sources", outbound.sources);
    check_one_of(check, "outbound.min_tls_version", outbound.min_tls_version,
                 {"1.0", "1.1", "1.2", "1.3"});
    check_proxy(check, outbound);
    check_at_least_one(
        check, {{"outbound.port", outbound.port},
                {"outbound.deliveries", outbound.deliveries},
                {"outbound.connections_per_destination", outbound.connections_per_destination},
                {"outbound.messages_per_connection", outbound.messages_per_connection},
                {"outbound.recipients_per_transaction", outbound.recipients_per_transaction},
                {"outbound.max_mx", outbound.max_mx}});
    check_over_zero(check, {{"outbound.back_off", outbound.back_off},
                            {"outbound.connect_timeout", outbound.connect_timeout},
                            {"outbound.greeting_timeout", outbound.greeting_timeout},
                            {"outbound.command_timeout", outbound.command_timeout},
                            {"outbound.data_timeout", outbound.data_timeout},
                            {"outbound.final_timeout", outbound.final_timeout}});
    if (outbound.max_back_off < outbound.back_off)
        check.complain("outbound.max_back_off", "is under outbound.back_off");
}

} // namespace

std::optional<unsigned> attempts_of_priority(std::string_view name)
{
    constexpr std::string_view kAfter = "after_";
    if (!name.starts_with(kAfter))
        return std::nullopt;
    const auto attempts = ascii::parse_number<unsigned>(name.substr(kAfter.size()));
    return attempts && *attempts > 0 ? attempts : std::nullopt;
}

namespace {

void check_priority(Checker& check, const std::string& key, const std::string& what,
                    const std::string& value)
{
    const auto number = ascii::parse_number<unsigned>(value);
    if (!number || *number < 1 || *number > 10)
        check.complain(key, "the priority of \"" + ascii::printable(what) + "\" must be 1 to 10");
}

void check_queue(Checker& check, const Config& config)
{
    const auto& queue = config.queue;
    if (queue.retry.empty())
        check.complain("queue.retry", "must hold at least one wait");
    check_waits(check, "queue.retry", queue.retry);
    check_over_zero(check, {{"queue.lifetime", queue.lifetime},
                            {"queue.bounce_lifetime", queue.bounce_lifetime},
                            {"queue.pickup_interval", queue.pickup_interval}});
    if (queue.jitter_percent > 100)
        check.complain("queue.jitter_percent", "must be between 0 and 100");
    for (const auto& [name, value] : queue.priority) {
        if (!attempts_of_priority(name))
            check_one_of(check, "queue.priority", name,
                         {"normal", "list", "large", "bounce", "auto_reply", "report", "event",
                          "after_N (attempts)"});
        check_priority(check, "queue.priority", name, value);
    }
    for (const auto& [pattern, value] : queue.sender_priority)
        check_priority(check, "queue.sender_priority", pattern, value);
}

/// RFC 5646 §2.1, as far as folders and file names need it.
bool is_language(std::string_view tag)
{
    const auto is_part = [](std::string_view part) {
        return !part.empty() && part.size() <= 8 &&
               std::all_of(part.begin(), part.end(), ascii::is_alnum);
    };
    const auto parts = ascii::split(tag, '-');
    return std::all_of(parts.begin(), parts.end(), is_part);
}

void check_bounce(Checker& check, const Config& config)
{
    check_mail_address(check, "bounce.from", config.bounce.from);
    check_mail_address(check, "bounce.copy", config.bounce.copy);
    check_mail_address(check, "tls_rpt.contact", config.tls_rpt.contact);
    check_mail_address(check, "bounce.double_to", config.bounce.double_to);
    if (!is_language(config.bounce.language))
        check.complain("bounce.language", "must be a language tag such as \"en\" or \"pt-BR\"");
}

void check_forward(Checker& check, const Config& config)
{
    check_domain(check, "forward.srs_domain", config.forward.srs_domain);
    for (const auto& secret : config.forward.srs_secrets)
        check_secret(check, "forward.srs_secrets", secret);
    check_over_zero(check, {{"forward.srs_lifetime", config.forward.srs_lifetime}});
    if (config.forward.srs_lifetime > std::chrono::days(1000))
        check.complain("forward.srs_lifetime", "must be at most 1000 days");
}

void check_rewrites(Checker& check, const Config& config)
{
    for (std::size_t i = 0; i < config.rewrites.size(); ++i) {
        const auto& rewrite = config.rewrites[i];
        const auto key = "rewrite[" + std::to_string(i) + "]";
        for (const auto& [name, value] :
             {std::pair{".from", &rewrite.from}, std::pair{".to", &rewrite.to}}) {
            if (value->find('@') == std::string::npos)
                check.complain(key + name, "must be an address, \"*\" allowed");
            else if (value->find('*') == std::string::npos)
                check_mail_address(check, key + name, *value);
        }
        const auto stars = [](const std::string& s) { return std::count(s.begin(), s.end(), '*'); };
        if (stars(rewrite.from) > 1 || stars(rewrite.to) > stars(rewrite.from))
            check.complain(key, "one \"*\" may stand in from, and then one in to");
    }
}

} // namespace

void check_outbound(Checker& check, const Config& config)
{
    check_dns(check, config);
    check_outbound_table(check, config);
    check_routes(check, config);
    check_queue(check, config);
    check_bounce(check, config);
    check_forward(check, config);
    check_mail_address(check, "sending.notify", config.sending.notify);
    check_rewrites(check, config);
}

} // namespace mailctl::conf
