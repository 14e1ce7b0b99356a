// Socket addresses from and to text: for core/net only.
#pragma once

#include <cstdint>
#include <string>

#include <sys/socket.h>

#include "core/base/result.h"
#include "core/net/stream.h"

namespace mailctl::net {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
    int family() const { return storage.ss_family; }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

/// "192.0.2.1", "2001:db8::1" (with "%zone" where needed) or "unix:PATH".
/// Errors: Invalid (neither form; a path over 107 octets).
Result<SocketAddress> parse_socket_address(const std::string& address, std::uint16_t port);

Endpoint endpoint_of(const SocketAddress& address);

} // namespace mailctl::net
