// A command handed to the running server: over its control socket, or from another machine.
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

/// $MAILCTL_HOST and its neighbours, where the options were not given.
void use_host_environment(Context& ctx);

/// Runs the command in the server on ctx.host.host and gives its exit status.
int run_on_host(Context& ctx, std::vector<std::string> arguments);

} // namespace mailctl::cmd
