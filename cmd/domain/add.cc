// mailctl domain add: makes a domain one of this server's.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/domain/domain.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string name;
    DomainFields fields;
    std::vector<std::string> aliases;
    bool disabled = false;
};

int run(const Options& options, Context& ctx)
{
    const auto canonical = address::canonical_domain(options.name);
    if (!canonical)
        return ctx.fail(canonical.error());
    if (canonical->find('.') == std::string::npos)
        return ctx.fail(Error(Errc::Invalid, *canonical + ": a mail domain needs a dot"));
    store::Domain domain;
    domain.name = *canonical;
    domain.enabled = !options.disabled;
    if (const auto applied = apply(options.fields, domain); !applied)
        return ctx.fail(applied.error());
    const auto directory = directory_of(ctx);
    if (!directory)
        return ctx.fail(directory.error());
    if (ctx.dry_run) {
        if (ctx.wait((*directory)->find_domain(*canonical)))
            return ctx.fail(Error(Errc::Exists, "domain exists: " + *canonical));
        ctx.note("would add " + *canonical);
        return EX_OK;
    }
    if (const auto added = ctx.wait((*directory)->add_domain(domain)); !added)
        return ctx.fail(added.error());
    for (const auto& alias : options.aliases) {
        const auto name = address::canonical_domain(alias);
        const auto added =
            name ? ctx.wait((*directory)->add_domain_alias(*canonical, *name)) : name.error();
        if (!added)
            return ctx.fail(added.error().within("the domain was added, its alias was not"));
    }
    ctx.note("added " + address::display_domain(*canonical));
    return EX_OK;
}

} // namespace

void add_domain_add(CLI::App& domain, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* add = domain.add_subcommand("add", "Make a domain one of this server's");
    add->add_option("DOMAIN", options->name, "Its name")->required();
    add_domain_fields(*add, options->fields);
    add->add_option("--alias", options->aliases, "Another name of it; may be repeated")
        ->type_name("DOMAIN");
    add->add_flag("--disabled", options->disabled, "Refuse its mail and logins for now");
    add_change_options(*add, ctx);
    add->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
