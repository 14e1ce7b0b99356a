// mailctl quota: how full mailboxes are.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_quota_list(CLI::App& quota, Context& ctx);
void add_quota_recount(CLI::App& quota, Context& ctx);

} // namespace mailctl::cmd
