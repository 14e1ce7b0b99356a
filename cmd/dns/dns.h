// mailctl dns: what this server hears from the DNS, and whether it believes it.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_dns_lookup(CLI::App& dns, Context& ctx);
void add_dns_flush(CLI::App& dns, Context& ctx);

} // namespace mailctl::cmd
