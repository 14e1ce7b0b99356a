// mailctl domain show: everything about one domain.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/domain/domain.h"
#include "store/domain_usage.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string name;
    bool usage = false;
};

int run(const Options& options, Context& ctx)
{
    const auto found = chosen_domains(ctx, {options.name}, {});
    if (!found)
        return ctx.fail(found.error());
    const store::Domain& domain = found->front();
    Sheet sheet(ctx, "mailctl.domain.show/1");
    for (const auto& property : domain_properties())
        sheet.field(property.name, property.get(domain));
    if (options.usage) {
        const auto store = ctx.store();
        if (!store)
            return ctx.fail(store.error());
        const auto usage = ctx.wait(store::usage_of_domain(**store, domain.name));
        if (!usage)
            return ctx.fail(usage.error());
        sheet.field("used", Octets{usage->octets}).field("messages", usage->messages);
    }
    return EX_OK;
}

} // namespace

void add_domain_show(CLI::App& domain, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* show = domain.add_subcommand("show", "Show everything about a domain");
    show->add_option("DOMAIN", options->name, "Its name or an alias of it")->required();
    show->add_flag("--usage", options->usage, "Also what its mailboxes take together");
    show->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
