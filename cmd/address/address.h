// mailctl address: how an address resolves, and whether it is free.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_address_explain(CLI::App& address, Context& ctx);
void add_address_check(CLI::App& address, Context& ctx);

} // namespace mailctl::cmd
