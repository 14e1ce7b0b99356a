// mailctl log: the running server's log.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_log_level(CLI::App& log, Context& ctx);

} // namespace mailctl::cmd
