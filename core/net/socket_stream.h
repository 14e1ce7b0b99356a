// Streams over TCP and Unix sockets, plain or under TLS.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/net/stream.h"

namespace mailctl::net {

/// Takes over a connected, non-blocking socket. `executor` is a strand, or a context that one
/// thread runs. Owns: the descriptor.
std::unique_ptr<Stream> make_socket_stream(int descriptor, boost::asio::any_io_executor executor);

/// Connects to an address in figures ("127.0.0.1", "::1") or "unix:PATH", from the local address
/// `source` (in figures; empty: the system's choice).
/// Errors: Invalid (no address), Denied (`source` cannot be used for it), Unavailable (refused,
/// unreachable, no answer within `limit`).
Awaitable<Result<std::unique_ptr<Stream>>> connect(std::string address, std::uint16_t port,
                                                   std::chrono::milliseconds limit,
                                                   std::string source = {});

} // namespace mailctl::net
