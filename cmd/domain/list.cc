// mailctl domain list: the domains, filtered and sorted.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/domain/domain.h"

namespace mailctl::cmd {
namespace {

int run(const Selection& selection, Context& ctx)
{
    const auto filter = Filter<store::Domain>::make(selection, domain_properties());
    if (!filter)
        return ctx.usage(filter.error().detail());
    const auto domains = chosen_domains(ctx, {}, selection);
    if (!domains)
        return ctx.fail(domains.error());
    Table table(ctx, {"mailctl.domain.list/1", filter->column_names()});
    for (const auto& domain : *domains)
        table.add(filter->cells(domain));
    return EX_OK;
}

} // namespace

void add_domain_list(CLI::App& domain, Context& ctx)
{
    auto selection = std::make_shared<Selection>();
    auto* list = domain.add_subcommand("list", "List domains");
    add_selection(*list, *selection, SelectionUse::List);
    list->callback(
        [selection, &ctx] { ctx.action = [selection, &ctx] { return run(*selection, ctx); }; });
}

} // namespace mailctl::cmd
