// mailctl alias set and remove: change aliases, one or many.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/alias/alias.h"
#include "cmd/arguments.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::vector<std::string> names;
    Selection selection;
    std::vector<std::string> targets, more, less, send_as;
    std::optional<std::string> comment;
    bool enable = false, disable = false;
};

Result<> edit(const Options& options, store::Alias& alias)
{
    if (!options.targets.empty())
        alias.targets = options.targets;
    for (const auto& target : options.more) {
        if (std::find(alias.targets.begin(), alias.targets.end(), target) == alias.targets.end())
            alias.targets.push_back(target);
    }
    for (const auto& target : options.less) {
        if (std::erase(alias.targets, target) == 0)
            return Error(Errc::NotFound, target + " is no target of it");
    }
    if (!options.send_as.empty()) {
        alias.send_as = options.send_as;
        if (options.send_as.size() == 1 && options.send_as.front() == "none")
            alias.send_as.clear();
        TRY_VOID(check_addresses(alias.send_as));
    }
    if (options.comment)
        alias.comment = *options.comment;
    if (options.enable || options.disable)
        alias.enabled = options.enable;
    return check_addresses(alias.targets);
}

/// Calls `each` for the chosen aliases; says how many.
template <class Each>
int for_chosen(const Options& options, Context& ctx, const char* did, const char* would, Each each)
{
    if (options.names.empty() && options.selection.is_empty())
        return ctx.usage("which aliases? Name them, or choose with --domain or --where");
    auto chosen = chosen_aliases(ctx, options.names, options.selection);
    if (!chosen)
        return ctx.fail(chosen.error());
    for (auto& alias : *chosen) {
        const std::string name = address::to_string(alias.address);
        if (const auto done = each(alias); !done)
            return ctx.fail(done.error().within(name));
        if (ctx.dry_run)
            ctx.note(std::string(would) + " " + name);
        else
            ctx.detail(std::string(did) + " " + name);
    }
    ctx.note(std::string(ctx.dry_run ? would : did) + " " + std::to_string(chosen->size()) +
             (chosen->size() == 1 ? " alias" : " aliases"));
    return EX_OK;
}

int run_set(const Options& options, Context& ctx)
{
    return for_chosen(options, ctx, "changed", "would change", [&](store::Alias& alias) -> Result<> {
        TRY_VOID(edit(options, alias));
        if (ctx.dry_run)
            return ok();
        TRY(store::Store* store, ctx.store());
        return ctx.wait(store->directory().set_alias(alias));
    });
}

int run_remove(const Options& options, Context& ctx)
{
    if (!options.selection.is_empty() && !ctx.dry_run) {
        const auto sure = ctx.confirm("Remove every alias that the selection chooses?");
        if (!sure)
            return ctx.usage(sure.error().detail());
        if (!*sure)
            return kExitNo;
    }
    return for_chosen(options, ctx, "removed", "would remove", [&](store::Alias& alias) -> Result<> {
        if (ctx.dry_run)
            return ok();
        TRY(store::Store* store, ctx.store());
        return ctx.wait(store->directory().remove_alias(alias.address));
    });
}

std::shared_ptr<Options> add_choice(CLI::App& verb, Context& ctx)
{
    auto options = std::make_shared<Options>();
    verb.add_option("ADDRESS", options->names, "The aliases");
    add_selection(verb, options->selection, SelectionUse::Change);
    add_change_options(verb, ctx);
    return options;
}

} // namespace

void add_alias_set(CLI::App& alias, Context& ctx)
{
    auto* set = alias.add_subcommand("set", "Change aliases");
    auto options = add_choice(*set, ctx);
    set->add_option("--target", options->targets, "Lead there and nowhere else; may be repeated")
        ->type_name("ADDRESS");
    set->add_option("--add-target", options->more, "Lead there too; may be repeated")
        ->type_name("ADDRESS");
    set->add_option("--remove-target", options->less, "Lead there no more; may be repeated")
        ->type_name("ADDRESS");
    set->add_option("--send-as", options->send_as,
                    "Users, *@DOMAIN, or aliases whose targets may send from it, beside those it "
                    "leads to; or none; may be repeated")
        ->type_name("ADDRESS");
    set->add_option("--comment", options->comment, "A remark")->type_name("TEXT");
    auto* on = set->add_flag("--enable", options->enable, "Accept its mail");
    set->add_flag("--disable", options->disable, "Refuse its mail")->excludes(on);
    set->callback([options, &ctx] { ctx.action = [options, &ctx] { return run_set(*options, ctx); }; });
}

void add_alias_remove(CLI::App& alias, Context& ctx)
{
    auto* remove = alias.add_subcommand("remove", "Remove aliases");
    auto options = add_choice(*remove, ctx);
    remove->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_remove(*options, ctx); }; });
}

} // namespace mailctl::cmd
