// mailctl route: which way mail leaves, and why.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_route_explain(CLI::App& route, Context& ctx);
void add_route_list(CLI::App& route, Context& ctx);

} // namespace mailctl::cmd
