// What [[smart_host]] and [[route]] tables mean: that they lead somewhere, and not back here.
#include <algorithm>
#include <set>

#include "conf/hosts.h"
#include "conf/meaning/parts.h"
#include "core/address/address.h"
#include "core/base/ascii.h"

namespace mailctl::conf {

void check_smart_host_names(Checker& check, const Config& config, const std::string& key,
                            const std::vector<std::string>& names)
{
    for (const auto& name : names) {
        const bool known =
            std::any_of(config.smart_hosts.begin(), config.smart_hosts.end(),
                        [&](const SmartHost& smart_host) { return smart_host.name == name; });
        if (!known)
            check.complain(key, "no [[smart_host]] is named \"" + ascii::printable(name) + "\"");
    }
}

namespace {

constexpr std::string_view kOrders[] = {"ordered", "round-robin", "weighted"};
/// Of RFC 5321 §4.5.3.1.5, less what a bounce puts around it.
constexpr std::size_t kMaxReasonOctets = 400;

void check_name(Checker& check, const std::string& key, const std::string& name,
                std::set<std::string>& taken)
{
    const auto is_plain = [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_' || c == '.'; };
    if (name.empty())
        check.complain(key, "name must be set");
    else if (!std::all_of(name.begin(), name.end(), is_plain))
        check.complain(key + ".name", "may hold letters, digits, \"-\", \"_\" and \".\"");
    else if (!taken.insert(name).second)
        check.complain(key + ".name", "\"" + name + "\" is used twice");
}

/// Whether mail sent to this host and port comes to a listener of this server. Names other than
/// server.hostname and addresses of interfaces are not known before the server runs: see
/// route::next_hops.
bool is_this_server(const Config& config, const HostSpec& host, std::uint16_t port)
{
    const auto leads_here = [&](const Listener& listener) {
        const bool takes_mail = listener.protocol == Protocol::Smtp ||
                                listener.protocol == Protocol::Submission;
        if (!takes_mail || !listener.enabled || listener.port != port)
            return false;
        if (host.kind == HostSpec::Kind::Name)
            return ascii::equals_ignoring_case(host.name, config.server.hostname);
        const auto& at = listener.addresses;
        const bool everywhere =
            at.empty() || std::any_of(at.begin(), at.end(), [](const std::string& address) {
                return address == "0.0.0.0" || address == "::";
            });
        const bool is_loopback = host.name.starts_with("127.") || host.name == "::1";
        return (everywhere && is_loopback) || std::find(at.begin(), at.end(), host.name) != at.end();
    };
    const bool can = host.kind == HostSpec::Kind::Name || host.kind == HostSpec::Kind::Address;
    return can && std::any_of(config.listeners.begin(), config.listeners.end(), leads_here);
}

void check_host(Checker& check, const Config& config, const std::string& key,
                const HopSettings& hop, const std::string& text)
{
    const auto host = parse_host(text);
    if (!host) {
        check.complain(key, host.error().detail());
        return;
    }
    const auto quoted = "\"" + ascii::printable(text) + "\"";
    const std::uint16_t port = host->port != 0 ? host->port : hop.port;
    const bool is_socket = host->kind == HostSpec::Kind::Unix;
    if (is_socket && hop.protocol != HopProtocol::Lmtp)
        check.complain(key, quoted + ": a Unix socket needs protocol = \"lmtp\"");
    if (!is_socket && hop.protocol == HopProtocol::Lmtp && port == 25)
        check.complain(key, quoted + ": LMTP needs a port other than 25 (RFC 2033 §5)");
    if (host->kind == HostSpec::Kind::Mx && hop.protocol == HopProtocol::Lmtp)
        check.complain(key, quoted + ": MX hosts speak SMTP, not LMTP");
    if (!is_socket && hop.protocol == HopProtocol::Smtp && is_this_server(config, *host, port))
        check.complain(key, quoted + " is this server itself");
}

void check_hop(Checker& check, const Config& config, const std::string& key, const HopSettings& hop)
{
    for (const auto& text : hop.hosts)
        check_host(check, config, key + ".hosts", hop, text);
    check_one_of(check, key + ".order", hop.order, kOrders);
    if (hop.port == 0)
        check.complain(key + ".port", "must be between 1 and 65535");
    if (hop.user.empty() != hop.secret.empty())
        check.complain(key + ".user", "needs secret, and the other way round");
    if (!hop.secret.empty())
        check_secret(check, key + ".secret", hop.secret);
    for (const auto& mechanism : hop.mechanisms)
        check_one_of(check, key + ".mechanisms", mechanism, kClientMechanisms);
    check_domain(check, key + ".hello", hop.hello);
    check_sources(check, key + ".sources", hop.sources);
    check_mail_address(check, key + ".sender", hop.sender);
}

/// "example.org", "*.example.org", "ann@example.org", "*@example.org", "@example.org", "<>"
void check_pattern(Checker& check, const std::string& key, const std::string& pattern, bool sender)
{
    const auto quoted = "\"" + ascii::printable(pattern) + "\"";
    const auto at = pattern.rfind('@');
    const std::string domain = at == std::string::npos ? pattern : pattern.substr(at + 1);
    if (pattern == "<>") {
        if (!sender)
            check.complain(key, "\"<>\" can only be a sender");
        return;
    }
    const bool readable = !pattern.empty() && std::none_of(pattern.begin(), pattern.end(), [](char c) {
        return ascii::is_control(c) || c == ' ';
    });
    if (!readable || domain.empty()) {
        check.complain(key, quoted + " is neither a domain nor an address");
        return;
    }
    if (domain.find('*') != std::string::npos || domain.front() == '[')
        return;
    const auto canonical = address::canonical_domain(domain);
    if (!canonical)
        check.complain(key, quoted + ": " + canonical.error().detail());
    else if (!ascii::equals_ignoring_case(*canonical, domain)) // mail carries the A-label form
        check.complain(key, quoted + ": write the domain as \"" + *canonical + "\"");
}

void check_conditions(Checker& check, const std::string& key, const Route& route)
{
    for (const auto& pattern : route.recipients)
        check_pattern(check, key + ".recipients", pattern, false);
    for (const auto& pattern : route.senders)
        check_pattern(check, key + ".senders", pattern, true);
    for (const auto& [name, value] : {std::pair{".min_priority", route.min_priority},
                                      std::pair{".max_priority", route.max_priority}})
        if (value < 1 || value > 10)
            check.complain(key + name, "must be between 1 and 10");
    if (route.min_priority > route.max_priority)
        check.complain(key + ".min_priority", "is over max_priority");
}

/// What leads somewhere is there, and nothing that would be passed over in silence.
void check_via(Checker& check, const std::string& key, const Route& route)
{
    const struct {
        std::string_view field, word;
        RouteVia via;
        bool given, needed;
    } kParts[] = {
        {"hosts", "hosts", RouteVia::Hosts, !route.hop.hosts.empty(), true},
        {"smart_hosts", "smart-host", RouteVia::SmartHost, !route.smart_hosts.empty(), true},
        {"exec", "exec", RouteVia::Exec, !route.exec.empty(), true},
        {"reason", "refuse", RouteVia::Refuse, !route.reason.empty(), false},
    };
    for (const auto& part : kParts) {
        const std::string field(part.field);
        if (route.via == part.via && part.needed && !part.given)
            check.complain(key + ".via", "\"" + std::string(part.word) + "\" needs " + field);
        if (route.via != part.via && part.given)
            check.complain(key + "." + field,
                           "is used with via = \"" + std::string(part.word) + "\" only");
    }
    if (!route.exec.empty() && !route.exec.front().starts_with('/'))
        check.complain(key + ".exec", "must begin with the command's full path");
    if (route.reason.size() > kMaxReasonOctets ||
        std::any_of(route.reason.begin(), route.reason.end(), ascii::is_control))
        check.complain(key + ".reason", "must be one line of at most 400 octets");
    const bool ends_here = route.via == RouteVia::Local || route.via == RouteVia::Refuse;
    if (ends_here && !route.fallback.empty())
        check.complain(key + ".fallback", "nothing follows via = \"local\" or \"refuse\"");
}

bool is_everything(const std::string& pattern)
{
    return pattern.find_first_not_of("*@.") == std::string::npos;
}

/// What `accept` lets in, anyone may send: it must be bounded.
void check_accept(Checker& check, const std::string& key, const Route& route)
{
    if (route.accept && route.recipients.empty())
        check.complain(key + ".accept", "needs recipients: without them this is an open relay");
    if (route.accept &&
        std::any_of(route.recipients.begin(), route.recipients.end(), is_everything))
        check.complain(key + ".accept", "recipients that match everything make an open relay");
    if (route.accept && (route.authenticated_only || !route.accounts.empty()))
        check.complain(key + ".accept", "takes mail from anyone, which " +
                                            std::string(route.authenticated_only
                                                            ? "authenticated_only"
                                                            : "accounts") +
                                            " would lead another way");
    if (route.verify != RouteVerify::None && !route.accept)
        check.complain(key + ".verify", "needs accept = true");
    if (route.verify == RouteVerify::List && route.verify_list.empty())
        check.complain(key + ".verify", "\"list\" needs verify_list");
    if (route.verify != RouteVerify::List && !route.verify_list.empty())
        check.complain(key + ".verify_list", "is used with verify = \"list\" only");
    const bool has_host = route.via != RouteVia::Exec && route.via != RouteVia::Local &&
                          route.via != RouteVia::Refuse;
    if (route.verify == RouteVerify::Callout && !has_host)
        check.complain(key + ".verify", "\"callout\" needs a way that leads to a host");
    for (const auto& pattern : route.verify_list)
        if (pattern.find('@') == std::string::npos)
            check.complain(key + ".verify_list",
                           "\"" + ascii::printable(pattern) + "\" is no address, \"*\" allowed");
}

/// What counts as this server's own, strangers may not send from.
void check_sender_side(Checker& check, const std::string& key, const Route& route)
{
    if (route.sender_side == RouteSide::Local &&
        (route.recipients.empty() ||
         std::any_of(route.recipients.begin(), route.recipients.end(), is_everything)))
        check.complain(key + ".sender_side",
                       "\"local\" needs recipients that do not match everything");
}

} // namespace

void check_routes(Checker& check, const Config& config)
{
    std::set<std::string> smart_host_names, route_names;
    for (std::size_t i = 0; i < config.smart_hosts.size(); ++i) {
        const auto& smart_host = config.smart_hosts[i];
        const auto key = "smart_host[" + std::to_string(i) + "]";
        check_name(check, key, smart_host.name, smart_host_names);
        if (smart_host.name == "mx")
            check.complain(key + ".name", "\"mx\" stands for the MX hosts of a domain");
        if (smart_host.hop.hosts.empty())
            check.complain(key, "hosts must be set");
        check_hop(check, config, key, smart_host.hop);
    }
    for (std::size_t i = 0; i < config.routes.size(); ++i) {
        const auto& route = config.routes[i];
        const auto key = "route[" + std::to_string(i) + "]";
        check_name(check, key, route.name, route_names);
        check_conditions(check, key, route);
        check_via(check, key, route);
        check_hop(check, config, key, route.hop);
        check_smart_host_names(check, config, key + ".smart_hosts", route.smart_hosts);
        auto fallback = route.fallback;
        std::erase(fallback, "mx");
        check_smart_host_names(check, config, key + ".fallback", fallback);
        check_waits(check, key + ".retry", route.retry);
        check_accept(check, key, route);
        check_sender_side(check, key, route);
    }
}

} // namespace mailctl::conf
