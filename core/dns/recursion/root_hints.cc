// The root's servers: built in, or from a file as it is published.
#include "core/dns/recursion/root_hints.h"

#include <fstream>
#include <sstream>

#include "core/base/ascii.h"
#include "core/dns/zone_source.h"

namespace mailctl::dns {
namespace {

struct Row {
    std::string_view name, ipv4, ipv6;
};
constexpr Row kRoot[] = {
    {"a.root-servers.net", "198.41.0.4", "2001:503:ba3e::2:30"},
    {"b.root-servers.net", "170.247.170.2", "2801:1b8:10::b"},
    {"c.root-servers.net", "192.33.4.12", "2001:500:2::c"},
    {"d.root-servers.net", "199.7.91.13", "2001:500:2d::d"},
    {"e.root-servers.net", "192.203.230.10", "2001:500:a8::e"},
    {"f.root-servers.net", "192.5.5.241", "2001:500:2f::f"},
    {"g.root-servers.net", "192.112.36.4", "2001:500:12::d0d"},
    {"h.root-servers.net", "198.97.190.53", "2001:500:1::53"},
    {"i.root-servers.net", "192.36.148.17", "2001:7fe::53"},
    {"j.root-servers.net", "192.58.128.30", "2001:503:c27::2:30"},
    {"k.root-servers.net", "193.0.14.129", "2001:7fd::1"},
    {"l.root-servers.net", "199.7.83.42", "2001:500:9f::42"},
    {"m.root-servers.net", "202.12.27.33", "2001:dc3::35"},
};

/// Errors: Corrupt.
Result<> add_addresses(const ZoneSource& zone, Type type, NameServer& server)
{
    const auto found = zone.find({server.name, type});
    if (!found)
        return ok();
    for (const auto& rdata : found->records) {
        TRY(auto address, address_of(rdata));
        server.addresses.push_back(std::move(address));
    }
    return ok();
}

} // namespace

std::vector<NameServer> built_in_root_hints()
{
    std::vector<NameServer> out;
    for (const auto& [name, ipv4, ipv6] : kRoot)
        out.push_back({std::string(name), {std::string(ipv4), std::string(ipv6)}});
    return out;
}

Result<std::vector<NameServer>> parse_root_hints(std::string_view text)
{
    ZoneSource zone;
    TRY_VOID(zone.add_text("$ORIGIN .\n$TTL 3600000\n" + std::string(text)));
    const auto names = zone.find({"", Type::Ns});
    std::vector<NameServer> out;
    for (const auto& rdata : names ? names->records : std::vector<std::string>()) {
        NameServer server;
        TRY(server.name, name_of(rdata));
        TRY_VOID(add_addresses(zone, Type::A, server));
        TRY_VOID(add_addresses(zone, Type::Aaaa, server));
        if (!server.addresses.empty())
            out.push_back(std::move(server));
    }
    if (out.empty())
        return Error(Errc::Invalid, "names no server of the root with an address");
    return out;
}

Result<std::vector<NameServer>> read_root_hints(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return Error(Errc::NotFound, path + ": cannot be read");
    std::ostringstream text;
    text << in.rdbuf();
    auto hints = parse_root_hints(text.str());
    return hints ? hints : Result<std::vector<NameServer>>(hints.error().within(path));
}

} // namespace mailctl::dns
