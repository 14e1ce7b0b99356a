// mailctl spf: which hosts a domain lets send for it.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_spf_check(CLI::App& spf, Context& ctx);
void add_spf_show(CLI::App& spf, Context& ctx);

} // namespace mailctl::cmd
