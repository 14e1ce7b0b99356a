// mailctl service: the listeners of the running server.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_service_list(CLI::App& service, Context& ctx);
void add_service_stop(CLI::App& service, Context& ctx);
void add_service_start(CLI::App& service, Context& ctx);

} // namespace mailctl::cmd
