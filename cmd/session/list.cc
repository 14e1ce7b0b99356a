// mailctl session list: shows the live connections, oldest first.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/session/session.h"
#include "cmd/table.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

struct Options {
    SessionFilter filter;
    std::vector<std::string> columns;
};

int run(const Options& options, Context& ctx)
{
    if (const auto fine = options.filter.check(); !fine)
        return ctx.fail(fine.error());
    const Columns columns{"mailctl.session.list/1", session_columns()};
    if (const auto unknown = unknown_column(columns, options.columns))
        return ctx.usage("no such column: " + *unknown);
    Table table(ctx, columns, options.columns);
    for (const auto& session : live_sessions(ctx))
        if (options.filter.matches(session))
            table.add(session_cells(session));
    return EX_OK;
}

} // namespace

void add_session_list(CLI::App& session, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* list = session.add_subcommand("list", "List the live connections, oldest first");
    add_session_filter(*list, options->filter);
    list->add_option("--columns", options->columns, "Only these, in this order")
        ->type_name("NAME")
        ->delimiter(',');
    list->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
