// A command handed to the running server over its control socket.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/context.h"

namespace mailctl::cmd {

/// Runs the command in the server of these settings with this process's descriptors and the files
/// it names, and gives its exit status; nullopt: no server is running.
std::optional<int> run_in_server(Context& ctx, const conf::Config& config,
                                 std::vector<std::string> arguments);

} // namespace mailctl::cmd
