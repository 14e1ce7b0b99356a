// mailctl store: the store's health.
#pragma once

#include "cmd/context.h"
#include "store/store.h"

namespace mailctl::cmd {

void add_store_stats(CLI::App& store, Context& ctx);
void add_store_check(CLI::App& store, Context& ctx);
void add_store_scrub(CLI::App& store, Context& ctx);
void add_store_salvage(CLI::App& store, Context& ctx);
void add_store_compact(CLI::App& store, Context& ctx);
void add_store_move(CLI::App& store, Context& ctx);

/// Prints findings; the status is 0 where there are none, else `found`.
int report_findings(Context& ctx, std::string_view schema, const std::vector<store::Finding>& found,
                    int status);

} // namespace mailctl::cmd
