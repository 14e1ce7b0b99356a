// mailctl alias list and show: aliases and where they lead.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/alias/alias.h"

namespace mailctl::cmd {
namespace {

int run_list(const Selection& selection, Context& ctx)
{
    const auto filter = Filter<store::Alias>::make(selection, alias_properties());
    if (!filter)
        return ctx.usage(filter.error().detail());
    const auto aliases = chosen_aliases(ctx, {}, selection);
    if (!aliases)
        return ctx.fail(aliases.error());
    Table table(ctx, {"mailctl.alias.list/1", filter->column_names()});
    for (const auto& alias : *aliases)
        table.add(filter->cells(alias));
    return EX_OK;
}

int run_show(const std::string& name, Context& ctx)
{
    const auto aliases = chosen_aliases(ctx, {name}, {});
    if (!aliases)
        return ctx.fail(aliases.error());
    Sheet sheet(ctx, "mailctl.alias.show/1");
    for (const auto& property : alias_properties())
        sheet.field(property.name, property.get(aliases->front()));
    return EX_OK;
}

} // namespace

void add_alias_list(CLI::App& alias, Context& ctx)
{
    auto selection = std::make_shared<Selection>();
    auto* list = alias.add_subcommand("list", "List aliases");
    add_selection(*list, *selection, SelectionUse::List);
    list->callback([selection, &ctx] {
        ctx.action = [selection, &ctx] { return run_list(*selection, ctx); };
    });
}

void add_alias_show(CLI::App& alias, Context& ctx)
{
    auto name = std::make_shared<std::string>();
    auto* show = alias.add_subcommand("show", "Show everything about an alias");
    show->add_option("ADDRESS", *name, "The alias")->required();
    show->callback([name, &ctx] { ctx.action = [name, &ctx] { return run_show(*name, ctx); }; });
}

} // namespace mailctl::cmd
