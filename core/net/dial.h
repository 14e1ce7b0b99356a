// Connecting to others: from a chosen local address, through a SOCKS5 proxy, or to a Unix socket.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/net/stream.h"

namespace mailctl::net {

/// RFC 1928, RFC 1929
struct SocksProxy {
    std::string address; ///< in figures
    std::uint16_t port = 1080;
    std::string user, password; ///< empty: no authentication
};

struct Dial {
    /// In figures, "unix:PATH", or with a proxy also a name. Through a proxy, the stream's peer is
    /// the proxy.
    std::string address;
    std::uint16_t port = 25;
    std::string source; ///< local address; empty: the system's choice
    bool source_fallback = true;
    std::optional<SocksProxy> proxy;
    std::chrono::milliseconds limit{30'000};
};

/// Errors: Invalid (no address), Denied (the source cannot be bound, without fallback), Unavailable
/// (refused, unreachable, no answer within `limit`, or what the proxy said).
Awaitable<Result<std::unique_ptr<Stream>>> dial(Dial to);

} // namespace mailctl::net
