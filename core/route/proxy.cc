// Finds the proxy that the settings name.
#include "core/route/proxy.h"

#include "conf/hosts.h"
#include "conf/load.h"
#include "core/dns/resolver.h"

namespace mailctl::route {

Awaitable<Result<std::optional<net::SocksProxy>>> proxy_of(const conf::OutboundSettings& outbound,
                                                           dns::Resolver& resolver)
{
    if (outbound.proxy.empty())
        co_return std::optional<net::SocksProxy>();
    net::SocksProxy proxy;
    CO_TRY(const auto spec, conf::parse_proxy(outbound.proxy));
    proxy.version = spec.is_socks4 ? net::SocksVersion::Four : net::SocksVersion::Five;
    proxy.address = spec.host.name;
    proxy.port = spec.host.port;
    proxy.user = outbound.proxy_user;
    if (!outbound.proxy_secret.empty()) {
        CO_TRY(proxy.password, conf::read_secret(outbound.proxy_secret));
    }
    if (spec.host.kind == conf::HostSpec::Kind::Name) {
        auto found = co_await resolver.a(spec.host.name);
        if (found && found->records.empty())
            found = co_await resolver.aaaa(spec.host.name);
        if (!found)
            co_return Error(found.error().code(),
                            "the proxy " + spec.host.name + ": " + found.error().detail());
        if (found->records.empty())
            co_return Error(Errc::NotFound, "the proxy " + spec.host.name + " has no address");
        proxy.address = found->records.front();
    }
    co_return std::optional<net::SocksProxy>(std::move(proxy));
}

} // namespace mailctl::route
