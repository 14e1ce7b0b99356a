// mailctl import: objects from files.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_import_users(CLI::App& noun, Context& ctx);

} // namespace mailctl::cmd
