// mailctl control: who may command this server from other machines.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_control_token(CLI::App& control, Context& ctx);

} // namespace mailctl::cmd
