// mailctl export: objects as files that import reads.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cmd/context.h"
#include "cmd/table.h"
#include "store/directory.h"

namespace mailctl::cmd {

void add_export_users(CLI::App& noun, Context& ctx);
void add_export_domains(CLI::App& noun, Context& ctx);
void add_export_aliases(CLI::App& noun, Context& ctx);

/// What all exports take.
struct ExportOptions {
    std::string domain;
    std::vector<std::string> columns;
};
void add_export_options(CLI::App& verb, const std::shared_ptr<ExportOptions>& options,
                        bool by_domain);

/// CSV unless -o says otherwise.
void default_to_csv(Context& ctx);

/// Complains and gives the status where one of the columns does not exist.
std::optional<int> check_export_columns(const Columns& columns,
                                        const std::vector<std::string>& wanted, Context& ctx);

/// Calls `each` for every entry of the domain, or of all; page by page, so memory stays bounded.
/// Errors: NotFound (no such domain), Unavailable.
Result<> for_each_entry(Context& ctx, const std::string& domain,
                        const std::function<void(const store::Entry&)>& each);

} // namespace mailctl::cmd
