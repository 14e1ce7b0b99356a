// Chooses the way out of a message: an override, the first [[route]] that matches, else [outbound].
#include "core/route/route.h"

#include <algorithm>

#include "conf/config.h"
#include "conf/hosts.h"
#include "core/address/address.h"
#include "core/base/ascii.h"

namespace mailctl::route {
namespace {

using conf::Config;
using conf::HopSettings;
using conf::RouteVia;

std::string_view domain_of(std::string_view address)
{
    const auto at = address.rfind('@');
    return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

/// A pattern with "@" is of the whole address, one without of its domain.
bool matches(std::string_view pattern, std::string_view address)
{
    if (pattern == "<>")
        return address.empty();
    if (pattern.find('@') != std::string_view::npos)
        return address::matches_wildcard(
            pattern.front() == '@' ? "*" + std::string(pattern) : std::string(pattern), address);
    return !address.empty() && address::matches_wildcard(pattern, domain_of(address));
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view address)
{
    return patterns.empty() || std::any_of(patterns.begin(), patterns.end(),
                                           [&](const auto& p) { return matches(p, address); });
}

bool is_for(const conf::Route& route, const Question& question)
{
    const bool account_fits =
        route.accounts.empty() ||
        std::any_of(route.accounts.begin(), route.accounts.end(), [&](const auto& pattern) {
            return !question.account.empty() &&
                   address::matches_wildcard(pattern, question.account);
        });
    return account_fits && any_matches(route.recipients, question.recipient) &&
           any_matches(route.senders, question.sender) && question.priority >= route.min_priority &&
           question.priority <= route.max_priority &&
           (!route.authenticated_only || !question.account.empty());
}

/// Fills in what a hop leaves to [outbound].
HopSettings completed(HopSettings hop, const Config& config)
{
    const auto& outbound = config.outbound;
    if (hop.hello.empty())
        hop.hello = outbound.hello.empty() ? config.server.hostname : outbound.hello;
    if (hop.sources.empty())
        hop.sources = outbound.sources;
    if (hop.connections == 0)
        hop.connections = outbound.connections_per_destination;
    if (hop.messages_per_connection == 0)
        hop.messages_per_connection = outbound.messages_per_connection;
    if (hop.messages_per_hour == 0)
        hop.messages_per_hour = outbound.messages_per_hour;
    return hop;
}

/// The MX hosts of the recipient's domain; a domain that is an address literal names its one host.
Way mx_way(const Config& config, std::string_view domain, HopSettings hop)
{
    Way way;
    way.kind = Way::Kind::Mx;
    way.domain = ascii::lower(domain);
    way.key = way.domain;
    way.hop = completed(std::move(hop), config);
    return way;
}

/// What a table for MX hosts leaves at its default is as in [outbound]: a route must not take TLS
/// away from mail that [outbound] requires it for.
HopSettings mx_hop(const Config& config, HopSettings hop)
{
    const HopSettings untouched;
    if (hop.port == untouched.port)
        hop.port = config.outbound.port;
    if (hop.tls == untouched.tls)
        hop.tls = config.outbound.tls;
    return hop;
}

Way mx_way(const Config& config, std::string_view domain)
{
    return mx_way(config, domain, mx_hop(config, {}));
}

Result<Way> smart_host_way(const Config& config, const std::string& name)
{
    for (const auto& smart_host : config.smart_hosts) {
        if (smart_host.name != name)
            continue;
        Way way;
        way.kind = Way::Kind::Hosts;
        way.key = "smart_host:" + name;
        way.hop = completed(smart_host.hop, config);
        return way;
    }
    return Error(Errc::Invalid, "no [[smart_host]] is named \"" + ascii::printable(name) + "\"");
}

Result<std::vector<Way>> smart_host_ways(const Config& config,
                                         const std::vector<std::string>& names)
{
    std::vector<Way> ways;
    for (const auto& name : names) {
        TRY(Way way, smart_host_way(config, name));
        ways.push_back(std::move(way));
    }
    if (ways.empty())
        return Error(Errc::Invalid, "no smart host is named");
    return ways;
}

/// The ways of [outbound]: OUT-01.
Result<std::vector<Way>> default_ways(const Config& config, std::string_view domain)
{
    if (config.outbound.mode == conf::OutboundMode::SmartHost)
        return smart_host_ways(config, config.outbound.smart_hosts);
    std::vector<Way> ways{mx_way(config, domain)};
    if (config.outbound.mode == conf::OutboundMode::Fallback) {
        TRY(auto others, smart_host_ways(config, config.outbound.smart_hosts));
        std::move(others.begin(), others.end(), std::back_inserter(ways));
    }
    return ways;
}

Result<std::vector<Way>> first_ways(const Config& config, const conf::Route& route,
                                    std::string_view domain)
{
    Way way;
    way.reason = route.reason;
    way.exec = route.exec;
    switch (route.via) {
        case RouteVia::Hosts:
            way.kind = Way::Kind::Hosts;
            way.key = "route:" + route.name;
            way.hop = completed(route.hop, config);
            break;
        case RouteVia::Mx:
        case RouteVia::Backup:
            way = mx_way(config, domain, mx_hop(config, route.hop));
            way.backup = route.via == RouteVia::Backup;
            break;
        case RouteVia::SmartHost: {
            TRY(auto ways, smart_host_ways(config, route.smart_hosts));
            if (route.hop.attempts > 0)
                for (auto& each : ways)
                    each.hop.attempts = route.hop.attempts;
            return ways;
        }
        case RouteVia::Exec:
            way.kind = Way::Kind::Exec;
            way.key = "exec:" + route.name;
            way.hop = completed(route.hop, config);
            break;
        case RouteVia::Local:
            way.kind = Way::Kind::Local;
            way.key = "local:" + route.name;
            break;
        case RouteVia::Refuse:
            way.kind = Way::Kind::Refuse;
            way.key = "refuse:" + route.name;
            break;
    }
    return std::vector<Way>{std::move(way)};
}

Result<std::vector<Way>> ways_of(const Config& config, const conf::Route& route,
                                 std::string_view domain)
{
    TRY(auto ways, first_ways(config, route, domain));
    for (const auto& name : route.fallback) {
        if (name == "mx") {
            ways.push_back(mx_way(config, domain));
            continue;
        }
        TRY(Way way, smart_host_way(config, name));
        ways.push_back(std::move(way));
    }
    return ways;
}

/// What this server takes in again: nothing of it goes over a connection.
Way here_way(const Config& config)
{
    Way way;
    way.kind = Way::Kind::Here;
    way.key = kHereRoute;
    way.hop.connections = config.outbound.connections_per_destination;
    return way;
}

/// What "queue reroute" set: "mx", "here", "smart_host:NAME" or a host.
Result<std::vector<Way>> overridden(const Config& config, const std::string& to,
                                    std::string_view domain)
{
    if (to == "mx")
        return std::vector<Way>{mx_way(config, domain)};
    if (to == kHereRoute || to.starts_with(kAttachRoute))
        return std::vector<Way>{here_way(config)};
    constexpr std::string_view kSmartHost = "smart_host:";
    if (to.starts_with(kSmartHost)) {
        TRY(Way way, smart_host_way(config, to.substr(kSmartHost.size())));
        return std::vector<Way>{std::move(way)};
    }
    TRY_VOID(conf::parse_host(to));
    Way way;
    way.kind = Way::Kind::Hosts;
    way.key = "host:" + to;
    HopSettings hop;
    hop.hosts.push_back(to);
    hop.port = config.outbound.port;
    hop.tls = config.outbound.tls;
    way.hop = completed(std::move(hop), config);
    return std::vector<Way>{std::move(way)};
}

Result<std::vector<milliseconds>> waits(const std::vector<std::string>& texts)
{
    std::vector<milliseconds> out;
    for (const auto& text : texts) {
        TRY(const milliseconds wait, parse_duration(text));
        out.push_back(wait);
    }
    if (out.empty())
        return Error(Errc::Invalid, "there must be at least one wait");
    return out;
}

void explain(Choice& choice)
{
    for (const auto& way : choice.ways)
        choice.steps.push_back((&way == &choice.ways.front() ? "way: " : "then: ") + way.key);
}

} // namespace

Result<Choice> choose(const Config& config, const Question& question)
{
    const std::string_view domain = domain_of(question.recipient);
    if (domain.empty())
        return Error(Errc::Invalid,
                     "no domain in \"" + ascii::printable(question.recipient) + "\"");
    Choice choice;
    choice.lifetime =
        question.sender.empty() ? config.queue.bounce_lifetime : config.queue.lifetime;
    choice.delay_notice = config.queue.delay_notice;
    choice.delay_notices = config.queue.delay_notices;
    const auto matching =
        std::find_if(config.routes.begin(), config.routes.end(),
                     [&](const conf::Route& route) { return is_for(route, question); });
    const conf::Route* route = matching == config.routes.end() ? nullptr : &*matching;
    if (route) {
        choice.route = route->name;
        choice.steps.push_back("[[route]] " + route->name + " matches");
        choice.hold_for_etrn = route->hold_for_etrn;
        if (route->lifetime.count() > 0)
            choice.lifetime = route->lifetime;
        if (route->delay_notice.count() > 0)
            choice.delay_notice = route->delay_notice;
        if (route->delay_notices != conf::DelayNotices::AsQueue)
            choice.delay_notices = route->delay_notices;
    }
    TRY(choice.retry, waits(route && !route->retry.empty() ? route->retry : config.queue.retry));
    if (!question.override_route.empty()) {
        choice.steps.push_back("rerouted by command: " + question.override_route);
        choice.hold_for_etrn = false;
        TRY(choice.ways, overridden(config, question.override_route, domain));
    } else if (route) {
        TRY(choice.ways, ways_of(config, *route, domain));
    } else {
        choice.steps.push_back("no [[route]] matches: outbound.mode decides");
        TRY(choice.ways, default_ways(config, domain));
    }
    explain(choice);
    return choice;
}

std::uint32_t way_after(const Choice& choice, unsigned attempts)
{
    std::uint32_t index = 0;
    for (; index + 1 < choice.ways.size(); ++index) {
        const unsigned most = choice.ways[index].hop.attempts;
        if (most == 0 || attempts < most)
            break;
        attempts -= most;
    }
    return index;
}

unsigned attempts_of(const Choice& choice)
{
    unsigned all = 0;
    for (const auto& way : choice.ways) {
        if (way.hop.attempts == 0)
            return 0;
        all += way.hop.attempts;
    }
    return all;
}

const conf::Route* accepting(const Config& config, std::string_view recipient)
{
    for (const auto& route : config.routes) {
        if (route.accept && !route.recipients.empty() && any_matches(route.recipients, recipient))
            return &route;
    }
    return nullptr;
}

const conf::Route* owning(const Config& config, std::string_view sender)
{
    for (const auto& route : config.routes) {
        if (route.sender_side == conf::RouteSide::Local && !route.recipients.empty() &&
            any_matches(route.recipients, sender))
            return &route;
    }
    return nullptr;
}

} // namespace mailctl::route
