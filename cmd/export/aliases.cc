// mailctl export aliases: aliases and where they lead as CSV.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/export/export.h"

namespace mailctl::cmd {
namespace {

Columns columns()
{
    return {"mailctl.export.aliases/1", {"address", "targets", "enabled", "comment", "created",
                                          "send_as"}};
}

int run(const ExportOptions& options, Context& ctx)
{
    default_to_csv(ctx);
    if (const auto status = check_export_columns(columns(), options.columns, ctx))
        return *status;
    Table table(ctx, columns(), options.columns);
    const auto done = for_each_entry(ctx, options.domain, [&](const store::Entry& entry) {
        if (const auto* alias = std::get_if<store::Alias>(&entry))
            table.row(to_string(alias->address), alias->targets, alias->enabled, alias->comment,
                      alias->created, alias->send_as);
    });
    table.finish();
    return done ? EX_OK : ctx.fail(done.error());
}

} // namespace

void add_export_aliases(CLI::App& noun, Context& ctx)
{
    auto options = std::make_shared<ExportOptions>();
    auto* aliases = noun.add_subcommand("aliases", "Write aliases and their targets as CSV");
    add_export_options(*aliases, options, true);
    aliases->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
