// One connection of control.listen, from the handshake to the answer.
#pragma once

#include "core/control/channel.h"
#include "core/control/remote_server.h"

namespace mailctl::control {

/// Blocks until it has ended, or `wake` has something to read: then the command is cancelled.
void serve_remote(Descriptor socket, const net::Endpoint& peer, const RemoteRules& rules, int wake);

} // namespace mailctl::control
