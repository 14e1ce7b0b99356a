// Reads hosts as settings write them.
#include "conf/hosts.h"

#include <arpa/inet.h>

#include "core/address/address.h"
#include "core/address/literal.h"
#include "core/base/ascii.h"

namespace mailctl::conf {
namespace {

Error wrong(std::string_view text, std::string_view why)
{
    return Error(Errc::Invalid, "\"" + ascii::printable(text) + "\": " + std::string(why));
}

bool is_address(const std::string& text)
{
    unsigned char octets[16];
    return inet_pton(AF_INET, text.c_str(), octets) == 1 ||
           inet_pton(AF_INET6, text.c_str(), octets) == 1;
}

/// Cuts "=N" off the end.
Result<unsigned> take_weight(std::string_view whole, std::string_view& rest)
{
    const auto equals = rest.rfind('=');
    if (equals == std::string_view::npos)
        return 1U;
    const auto weight = ascii::parse_number<unsigned>(rest.substr(equals + 1));
    if (!weight || *weight == 0 || *weight > kMaxWeight)
        return wrong(whole, "the weight after \"=\" must be 1 to 1000");
    rest = rest.substr(0, equals);
    return *weight;
}

Result<std::uint16_t> parse_port(std::string_view whole, std::string_view text)
{
    const auto port = ascii::parse_number<std::uint16_t>(text);
    if (!port || *port == 0)
        return wrong(whole, "the port after \":\" must be 1 to 65535");
    return *port;
}

/// "[192.0.2.1]", "[2001:db8::1]:25", "[IPv6:2001:db8::1]"
Result<HostSpec> parse_bracketed(std::string_view whole, std::string_view rest)
{
    HostSpec spec;
    spec.kind = HostSpec::Kind::Address;
    const auto close = rest.find(']');
    if (close == std::string_view::npos)
        return wrong(whole, "\"]\" is missing");
    spec.name = rest.substr(1, close - 1);
    if (ascii::starts_with_ignoring_case(spec.name, "IPv6:"))
        spec.name.erase(0, 5);
    if (!is_address(spec.name))
        return wrong(whole, "there must be an IP address in brackets");
    rest.remove_prefix(close + 1);
    if (rest.empty())
        return spec;
    if (rest.front() != ':')
        return wrong(whole, "only \":port\" may follow \"]\"");
    TRY(spec.port, parse_port(whole, rest.substr(1)));
    return spec;
}

} // namespace

Result<HostSpec> parse_host(std::string_view text)
{
    HostSpec spec;
    std::string_view rest = text;
    if (rest.starts_with("unix:")) {
        spec.kind = HostSpec::Kind::Unix;
        spec.name = rest.substr(5);
        if (spec.name.empty() || spec.name.front() != '/')
            return wrong(text, "a full path must follow \"unix:\"");
        return spec;
    }
    TRY(const unsigned weight, take_weight(text, rest));
    if (rest.starts_with("[")) {
        TRY(spec, parse_bracketed(text, rest));
        spec.weight = weight;
        return spec;
    }
    spec.weight = weight;
    if (rest.starts_with("mx:")) {
        spec.kind = HostSpec::Kind::Mx;
        rest.remove_prefix(3);
    }
    if (is_address(std::string(rest))) {
        if (spec.kind == HostSpec::Kind::Mx)
            return wrong(text, "MX hosts belong to a name, not to an address");
        spec.kind = HostSpec::Kind::Address;
        spec.name = rest;
        return spec;
    }
    if (const auto colon = rest.rfind(':'); colon != std::string_view::npos) {
        TRY(spec.port, parse_port(text, rest.substr(colon + 1)));
        rest = rest.substr(0, colon);
    }
    if (is_address(std::string(rest)) && spec.kind == HostSpec::Kind::Name) {
        spec.kind = HostSpec::Kind::Address;
        spec.name = rest;
        return spec;
    }
    const auto name = address::canonical_domain(rest);
    if (!name)
        return wrong(text, name.error().detail());
    spec.name = *name;
    return spec;
}

Result<ProxySpec> parse_proxy(std::string_view text)
{
    ProxySpec spec;
    std::string_view rest = text;
    spec.is_socks4 = rest.starts_with("socks4://");
    if (spec.is_socks4 || rest.starts_with("socks5://"))
        rest.remove_prefix(std::string_view("socks4://").size());
    auto host = parse_host(rest);
    const bool is_host = host && (host->kind == HostSpec::Kind::Name ||
                                  host->kind == HostSpec::Kind::Address);
    if (!is_host || host->port == 0 || rest.find('=') != std::string_view::npos)
        return wrong(text, "a proxy is \"host:port\", with \"socks4://\" before it or not");
    spec.host = *std::move(host);
    return spec;
}

} // namespace mailctl::conf
