// mailctl smtp: other mail servers, looked at and talked to from here.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_smtp_probe(CLI::App& smtp, Context& ctx);
void add_smtp_etrn(CLI::App& smtp, Context& ctx);

} // namespace mailctl::cmd
