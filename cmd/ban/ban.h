// mailctl ban: addresses that may not connect.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_ban_list(CLI::App& ban, Context& ctx);
void add_ban_add(CLI::App& ban, Context& ctx);
void add_ban_remove(CLI::App& ban, Context& ctx);
void add_ban_clear(CLI::App& ban, Context& ctx);

/// After bans were written or lifted: a running server heeds them from the next connection on.
/// Errors: those of the store.
Result<> tell_server_of_bans(Context& ctx);

} // namespace mailctl::cmd
