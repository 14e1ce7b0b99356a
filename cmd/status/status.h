// mailctl status: what the running server is and does.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_status(CLI::App& app, Context& ctx);

} // namespace mailctl::cmd
