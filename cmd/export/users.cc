// mailctl export users: users as a file that import users reads.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/export/export.h"
#include "cmd/import/user_columns.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::shared_ptr<ExportOptions> shared = std::make_shared<ExportOptions>();
    bool with_hashes = false;
};

Columns columns_of(bool with_hashes)
{
    Columns columns{"mailctl.export.users/1", {}};
    for (const auto& column : user_columns()) {
        if (column.write && (with_hashes || !column.is_secret))
            columns.names.push_back(column.name);
    }
    return columns;
}

int run(const Options& options, Context& ctx)
{
    default_to_csv(ctx);
    const Columns columns = columns_of(options.with_hashes);
    if (const auto status = check_export_columns(columns, options.shared->columns, ctx))
        return *status;
    Table table(ctx, columns, options.shared->columns);
    const auto done =
        for_each_entry(ctx, options.shared->domain, [&](const store::Entry& entry) {
            const auto* user = std::get_if<store::User>(&entry);
            if (!user || user->state == store::UserState::Removed)
                return;
            std::vector<Cell> cells;
            for (const auto& column : user_columns()) {
                if (column.write && (options.with_hashes || !column.is_secret))
                    cells.emplace_back(column.write(*user));
            }
            table.add(std::move(cells));
        });
    table.finish();
    return done ? EX_OK : ctx.fail(done.error());
}

} // namespace

void add_export_users(CLI::App& noun, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* users = noun.add_subcommand("users", "Write users as CSV that import users reads");
    add_export_options(*users, options->shared, true);
    users->add_flag("--with-hashes", options->with_hashes,
                    "With the columns password_hash, scram_sha_256 and app_passwords: whoever reads them can try "
                    "passwords at leisure, so guard the file");
    users->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
