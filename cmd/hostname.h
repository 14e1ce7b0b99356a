// The name of the server, as its settings or the system have it.
#pragma once

#include <string>

#include "cmd/context.h"

namespace mailctl::cmd {

/// server.hostname; where it is empty the running server's or else this system's name.
std::string hostname_of(Context& ctx, const conf::Config& config);

} // namespace mailctl::cmd
