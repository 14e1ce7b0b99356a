// mailctl domain rename: gives a domain another name; users, aliases and mail come along.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/domain/domain.h"
#include "store/dkim_keys.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string from, to;
    bool resume = false;
};

/// Keys are published under the old name: they cannot sign for the new one.
void tell_of_keys(Context& ctx, const std::string& from, const std::string& to)
{
    const auto store = ctx.store();
    if (!store)
        return;
    const auto keys = ctx.wait(store::dkim_keys(**store).find_keys(from));
    if (keys && *keys && !(*keys)->keys.empty())
        ctx.note("its DKIM keys sign mail from " + from + " only; for " + to +
                 ": mailctl dkim keygen " + to);
}

int run(const Options& options, Context& ctx)
{
    const auto from = address::canonical_domain(options.from);
    const auto to = address::canonical_domain(options.to);
    if (!from || !to)
        return ctx.fail(from ? to.error() : from.error());
    if (to->find('.') == std::string::npos)
        return ctx.fail(Error(Errc::Invalid, *to + ": a mail domain needs a dot"));
    const auto directory = directory_of(ctx);
    if (!directory)
        return ctx.fail(directory.error());
    const auto domain = ctx.wait((*directory)->find_domain(*from));
    if (!domain)
        return ctx.fail(domain.error());
    if (domain->name != *from)
        return ctx.usage(*from + " is an alias of " + domain->name);
    if (ctx.dry_run) {
        ctx.note("would rename " + *from + " to " + *to + ", with " + std::to_string(domain->users) +
                 " users and " + std::to_string(domain->alias_count) + " aliases");
        return EX_OK;
    }
    if (const auto done = ctx.wait((*directory)->rename_domain(*from, *to, options.resume)); !done)
        return ctx.fail(done.error());
    ctx.note(*from + " is now " + *to + "; " + *from + " stays as an alias of it");
    tell_of_keys(ctx, *from, *to);
    return EX_OK;
}

} // namespace

void add_domain_rename(CLI::App& domain, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* rename = domain.add_subcommand(
        "rename", "Give a domain another name; the old one stays as an alias, and all mail");
    rename->add_option("DOMAIN", options->from, "Its name")->required();
    rename->add_option("NEW", options->to, "The new one")->required();
    rename->add_flag("--resume", options->resume, "Go on with a rename that was cut short");
    add_change_options(*rename, ctx);
    rename->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
