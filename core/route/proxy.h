// The proxy that outgoing connections take. OUT-07
#pragma once

#include <optional>

#include "conf/outbound.h"
#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/net/socks.h"

namespace mailctl::dns {
class Resolver; // core/dns/resolver.h
}

namespace mailctl::route {

/// The proxy of the settings, its name looked up and its secret read; nullopt: none. Errors:
/// NotFound (it has no address), and those of the resolver and of read_secret.
Awaitable<Result<std::optional<net::SocksProxy>>> proxy_of(const conf::OutboundSettings& outbound,
                                                           dns::Resolver& resolver);

} // namespace mailctl::route
