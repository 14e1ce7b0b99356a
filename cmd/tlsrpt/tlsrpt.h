// mailctl tlsrpt: how well TLS with other mail servers went, by domain and day.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_tlsrpt_list(CLI::App& tlsrpt, Context& ctx);
void add_tlsrpt_show(CLI::App& tlsrpt, Context& ctx);

} // namespace mailctl::cmd
