// mailctl srs: return addresses of forwarded mail.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_srs_wrap(CLI::App& srs, Context& ctx);
void add_srs_unwrap(CLI::App& srs, Context& ctx);
void add_srs_rotate(CLI::App& srs, Context& ctx);

} // namespace mailctl::cmd
