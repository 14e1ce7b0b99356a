// The client's side of control.listen: a command run in a server on another machine.
#pragma once

#include <cstdint>
#include <string>

#include "conf/config.h"
#include "core/control/request.h"

namespace mailctl::control {

/// Where the server is, and what the client shows it.
struct RemoteTarget {
    std::string host;
    std::uint16_t port = conf::kControlPort;
    std::string ca;          ///< PEM: what its certificate must come from; empty: the system's
    std::string certificate; ///< PEM, with `key`; empty: none
    std::string key;
    std::string token;       ///< empty: none
};

/// "mail.example.org", "192.0.2.1:4225", "[2001:db8::1]:4225". Errors: Invalid.
Result<RemoteTarget> parse_target(const std::string& text);

/// Runs the request there; its descriptors are read from and written to here. Blocks until the
/// command has ended; a server that goes away meanwhile gives kStatusUnavailable.
/// Errors: NotFound (no such host), Unavailable (nobody answers), Denied (TLS does not come about),
/// Invalid (certificates; too large a request).
Result<Answer> run_on_host(const RemoteTarget& target, Request request);

} // namespace mailctl::control
