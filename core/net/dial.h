// Connecting to others: from a chosen local address, through a SOCKS proxy, or to a Unix socket.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/net/socks.h"
#include "core/net/stream.h"

namespace mailctl::net {

struct Dial {
    /// In figures, "unix:PATH", or with a proxy also a name. Through a proxy, the stream's peer is
    /// the proxy.
    std::string address;
    std::uint16_t port = 25;
    std::string source; ///< local address; empty: the system's choice
    bool source_fallback = true; ///< the system's choice after `source` led nowhere for half the limit
    std::optional<SocksProxy> proxy;
    std::chrono::milliseconds limit{30'000};
};

/// Errors: Invalid (no address), Denied (the source cannot be bound, without fallback), Unavailable
/// (refused, unreachable, no answer within `limit`, or what the proxy said).
Awaitable<Result<std::unique_ptr<Stream>>> dial(Dial to);

} // namespace mailctl::net
