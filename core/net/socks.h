// Asking a SOCKS proxy for a connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/base/awaitable.h"
#include "core/base/result.h"

namespace mailctl::net {

class Stream; // core/net/stream.h

enum class SocksVersion : std::uint8_t {
    Four, ///< and 4A where the target is a name
    Five, ///< RFC 1928, RFC 1929
};

struct SocksProxy {
    SocksVersion version = SocksVersion::Five;
    std::string address; ///< in figures
    std::uint16_t port = 1080;
    std::string user;     ///< empty: no authentication
    std::string password; ///< SOCKS4 has none
    SocksProxy() = default; // no aggregate: it is passed by value to coroutines
};

/// What is left until `end`, at least a millisecond: 0 would be no limit at all.
std::chrono::milliseconds left_until(std::chrono::steady_clock::time_point end);

/// Asks the proxy at the other end of `stream` for a connection to `host`, in figures or a name.
/// Errors: Invalid (this version has no way to say that), Unavailable (what the proxy said, or
/// nothing until `end`).
Awaitable<Result<>> ask_proxy(Stream& stream, SocksProxy proxy, std::string host,
                              std::uint16_t port, std::chrono::steady_clock::time_point end);

} // namespace mailctl::net
