// mailctl domain alias: other names of a domain, for mail and for logins.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/domain/domain.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string domain, alias;
};

int run_add(const Options& options, Context& ctx)
{
    const auto domain = address::canonical_domain(options.domain);
    const auto alias = address::canonical_domain(options.alias);
    if (!domain || !alias)
        return ctx.fail(domain ? alias.error() : domain.error());
    const auto directory = directory_of(ctx);
    if (!directory)
        return ctx.fail(directory.error());
    if (ctx.dry_run) {
        ctx.note("would make " + *alias + " an alias of " + *domain);
        return EX_OK;
    }
    const auto added = ctx.wait((*directory)->add_domain_alias(*domain, *alias));
    if (!added)
        return ctx.fail(added.error());
    ctx.note(*alias + " is now an alias of " + *domain);
    return EX_OK;
}

int run_remove(const Options& options, Context& ctx)
{
    const auto alias = address::canonical_domain(options.alias);
    if (!alias)
        return ctx.fail(alias.error());
    const auto directory = directory_of(ctx);
    if (!directory)
        return ctx.fail(directory.error());
    if (ctx.dry_run) {
        ctx.note("would remove the alias " + *alias);
        return EX_OK;
    }
    const auto removed = ctx.wait((*directory)->remove_domain_alias(*alias));
    if (!removed)
        return ctx.fail(removed.error());
    ctx.note("removed the alias " + *alias);
    return EX_OK;
}

int run_list(const Options& options, Context& ctx)
{
    std::vector<std::string> names;
    if (!options.domain.empty())
        names.push_back(options.domain);
    const auto domains = chosen_domains(ctx, names, {});
    if (!domains)
        return ctx.fail(domains.error());
    Table table(ctx, {"mailctl.domain.alias.list/1", {"alias", "domain"}});
    for (const auto& domain : *domains) {
        for (const auto& alias : domain.aliases)
            table.row(alias, domain.name);
    }
    return EX_OK;
}

void set_action(CLI::App& verb, Context& ctx, const std::shared_ptr<Options>& options,
                int (*run)(const Options&, Context&))
{
    verb.fallthrough();
    verb.callback([=, &ctx] { ctx.action = [=, &ctx] { return run(*options, ctx); }; });
}

} // namespace

void add_domain_alias(CLI::App& domain, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* alias = domain.add_subcommand("alias", "Other names of a domain, for mail and logins");
    alias->require_subcommand(1);
    auto* add = alias->add_subcommand("add", "Give a domain another name");
    add->add_option("DOMAIN", options->domain, "The domain")->required();
    add->add_option("ALIAS", options->alias, "Its new other name")->required();
    add_change_options(*add, ctx);
    set_action(*add, ctx, options, run_add);
    auto* list = alias->add_subcommand("list", "List domain aliases");
    list->add_option("DOMAIN", options->domain, "Only of this domain");
    set_action(*list, ctx, options, run_list);
    auto* remove = alias->add_subcommand("remove", "Take a name away");
    remove->add_option("ALIAS", options->alias, "The name")->required();
    add_change_options(*remove, ctx);
    set_action(*remove, ctx, options, run_remove);
}

} // namespace mailctl::cmd
