// mailctl sending: what users and domains have sent, as their limits count it.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_sending_list(CLI::App& sending, Context& ctx);
void add_sending_reset(CLI::App& sending, Context& ctx);

} // namespace mailctl::cmd
