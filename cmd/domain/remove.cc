// mailctl domain remove: takes away a domain that has no users and aliases any more.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/domain/domain.h"

namespace mailctl::cmd {
namespace {

int run(const std::string& given, Context& ctx)
{
    const auto name = address::canonical_domain(given);
    if (!name)
        return ctx.fail(name.error());
    const auto directory = directory_of(ctx);
    if (!directory)
        return ctx.fail(directory.error());
    const auto domain = ctx.wait((*directory)->find_domain(*name));
    if (!domain)
        return ctx.fail(domain.error());
    if (domain->name != *name)
        return ctx.usage(*name + " is an alias of " + domain->name +
                         "; see mailctl domain alias remove");
    if (domain->users + domain->alias_count != 0)
        return ctx.fail(Error(Errc::Denied, *name + " still has " + std::to_string(domain->users) +
                                                " users and " +
                                                std::to_string(domain->alias_count) + " aliases"));
    if (ctx.dry_run) {
        ctx.note("would remove " + *name);
        return EX_OK;
    }
    const auto sure = ctx.confirm("Remove " + *name + "?");
    if (!sure)
        return ctx.usage(sure.error().detail());
    if (!*sure)
        return kExitNo;
    if (const auto removed = ctx.wait((*directory)->remove_domain(*name)); !removed)
        return ctx.fail(removed.error());
    ctx.note("removed " + *name);
    return EX_OK;
}

} // namespace

void add_domain_remove(CLI::App& domain, Context& ctx)
{
    auto name = std::make_shared<std::string>();
    auto* remove = domain.add_subcommand("remove", "Remove a domain without users and aliases");
    remove->add_option("DOMAIN", *name, "Its name")->required();
    add_change_options(*remove, ctx);
    remove->callback([name, &ctx] { ctx.action = [name, &ctx] { return run(*name, ctx); }; });
}

} // namespace mailctl::cmd
