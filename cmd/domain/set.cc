// mailctl domain set, enable and disable: change domains.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <functional>

#include "cmd/domain/domain.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::vector<std::string> names;
    Selection selection;
    DomainFields fields;
};

using Edit = std::function<Result<>(store::Domain&)>;

/// Applies the edit to every chosen domain; says how many changed.
int change(const Options& options, Context& ctx, const Edit& edit)
{
    if (options.names.empty() && options.selection.is_empty())
        return ctx.usage("which domains? Name them, or choose with --where");
    const auto chosen = chosen_domains(ctx, options.names, options.selection);
    if (!chosen)
        return ctx.fail(chosen.error());
    const auto directory = directory_of(ctx);
    if (!directory)
        return ctx.fail(directory.error());
    for (store::Domain domain : *chosen) {
        if (const auto edited = edit(domain); !edited)
            return ctx.fail(edited.error());
        if (ctx.dry_run) {
            ctx.note("would change " + domain.name);
            continue;
        }
        const std::string name = domain.name;
        if (const auto set = ctx.wait((*directory)->set_domain(std::move(domain))); !set)
            return ctx.fail(set.error().within(name));
        ctx.detail("changed " + name);
    }
    if (!ctx.dry_run)
        ctx.note("changed " + std::to_string(chosen->size()) +
                 (chosen->size() == 1 ? " domain" : " domains"));
    return EX_OK;
}

std::shared_ptr<Options> add_choice(CLI::App& verb, Context& ctx)
{
    auto options = std::make_shared<Options>();
    verb.add_option("DOMAIN", options->names, "Their names");
    add_selection(verb, options->selection, SelectionUse::Change);
    add_change_options(verb, ctx);
    return options;
}

void add_switch(CLI::App& domain, Context& ctx, const char* word, const char* help, bool on)
{
    auto* verb = domain.add_subcommand(word, help);
    auto options = add_choice(*verb, ctx);
    const Edit edit = [on](store::Domain& one) {
        one.enabled = on;
        return ok();
    };
    verb->callback([=, &ctx] { ctx.action = [=, &ctx] { return change(*options, ctx, edit); }; });
}

} // namespace

void add_domain_set(CLI::App& domain, Context& ctx)
{
    auto* set = domain.add_subcommand("set", "Change the settings of domains");
    auto options = add_choice(*set, ctx);
    add_domain_fields(*set, options->fields);
    const Edit edit = [options](store::Domain& one) { return apply(options->fields, one); };
    set->callback([=, &ctx] { ctx.action = [=, &ctx] { return change(*options, ctx, edit); }; });
}

void add_domain_enable(CLI::App& domain, Context& ctx)
{
    add_switch(domain, ctx, "enable", "Accept mail and logins again", true);
}

void add_domain_disable(CLI::App& domain, Context& ctx)
{
    add_switch(domain, ctx, "disable", "Refuse mail and logins; nothing is deleted", false);
}

} // namespace mailctl::cmd
