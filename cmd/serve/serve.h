// mailctl serve: the server itself, and commands that run inside it.
#pragma once

#include "cmd/context.h"
#include "core/control/server.h"

namespace mailctl::cmd {

void add_serve(CLI::App& app, Context& ctx);

/// Runs a command that came over the control socket, with its caller's descriptors.
/// Threads: the command's own; it may block.
control::Answer run_inside(server::Server& server, control::Command& command);

} // namespace mailctl::cmd
