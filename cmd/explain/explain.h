// mailctl explain.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_explain(CLI::App& app, Context& ctx);

} // namespace mailctl::cmd
