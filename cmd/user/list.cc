// mailctl user list: users, filtered and sorted.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/user/user.h"

namespace mailctl::cmd {
namespace {

int run(const Selection& selection, Context& ctx)
{
    const auto filter = Filter<UserView>::make(selection, user_properties());
    if (!filter)
        return ctx.usage(filter.error().detail());
    Table table(ctx, {"mailctl.user.list/1", filter->column_names()});
    const int status = for_each_user(ctx, {}, selection, [&](UserView& view) {
        table.add(filter->cells(view));
        return EX_OK;
    });
    if (status == EX_OK && selection.limit != 0 && table.rows() == selection.limit)
        ctx.note("stopped after " + std::to_string(selection.limit) + "; see --limit");
    return status;
}

} // namespace

void add_user_list(CLI::App& user, Context& ctx)
{
    auto selection = std::make_shared<Selection>();
    auto* list = user.add_subcommand("list", "List users");
    add_selection(*list, *selection, SelectionUse::List);
    list->callback(
        [selection, &ctx] { ctx.action = [selection, &ctx] { return run(*selection, ctx); }; });
}

} // namespace mailctl::cmd
