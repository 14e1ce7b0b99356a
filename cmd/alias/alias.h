// mailctl alias: addresses without a mailbox that lead to others.
#pragma once

#include <string>
#include <vector>

#include "cmd/context.h"
#include "cmd/selection.h"
#include "store/directory.h"

namespace mailctl::cmd {

void add_alias_add(CLI::App& alias, Context& ctx);
void add_alias_list(CLI::App& alias, Context& ctx);
void add_alias_show(CLI::App& alias, Context& ctx);
void add_alias_set(CLI::App& alias, Context& ctx);
void add_alias_remove(CLI::App& alias, Context& ctx);

const Properties<store::Alias>& alias_properties();

/// The aliases that are named, or that the selection chooses, in its order. Errors: NotFound (an
/// address that is no alias), Invalid (selection).
Result<std::vector<store::Alias>> chosen_aliases(Context& ctx, const std::vector<std::string>& names,
                                                 const Selection& selection);

} // namespace mailctl::cmd
