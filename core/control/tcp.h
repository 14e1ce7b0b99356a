// TCP for commands from other machines: plain blocking sockets, away from those that serve mail.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/base/result.h"
#include "core/control/descriptor.h"
#include "core/net/stream.h"

namespace mailctl::control {

/// Binds an IP address and listens; accepting never blocks.
/// Errors: Invalid (no IP address), Exists (the port is taken), Denied, Unavailable.
Result<Descriptor> listen_on(const std::string& address, std::uint16_t port);

struct Accepted {
    Descriptor socket; ///< never blocks
    net::Endpoint peer;
};
/// Errors: Busy (nobody waits), Unavailable (no descriptors are left, and the like).
Result<Accepted> accept_from(int listening);

/// Tries every address of a host name or the IP address; the socket never blocks afterwards.
/// Errors: NotFound (no such host), Unavailable (none accepts within `limit`).
Result<Descriptor> connect_to_host(const std::string& host, std::uint16_t port,
                                   std::chrono::milliseconds limit);

} // namespace mailctl::control
