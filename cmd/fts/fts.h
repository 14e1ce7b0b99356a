// mailctl fts: the full-text indexes of users.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_fts_status(CLI::App& fts, Context& ctx);
void add_fts_update(CLI::App& fts, Context& ctx);
void add_fts_rebuild(CLI::App& fts, Context& ctx);
void add_fts_erase(CLI::App& fts, Context& ctx);

} // namespace mailctl::cmd
