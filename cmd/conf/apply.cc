// mailctl conf apply and confirm: puts the files in force, on trial where asked.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/conf/conf.h"
#include "cmd/conf/plan.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string confirm_within;
};

// The directory first: a server that refuses its settings leaves nothing half done there, because
// they were checked before.
Result<> apply_directory(const Plan& plan)
{
    for (const auto& change : plan.directory) {
        if (!change.carry_out)
            continue;
        if (const auto done = change.carry_out(); !done)
            return done.error().within(change.path);
    }
    return ok();
}

int apply(const Plan& plan, std::optional<milliseconds> confirm_within, Context& ctx)
{
    if (auto* server = ctx.server()) {
        const auto done = confirm_within ? server->try_settings(plan.settings, *confirm_within)
                                         : server->reload(plan.settings);
        if (!done)
            return ctx.fail(done.error().within("nothing was changed"));
        for (const auto& key : done->restart)
            ctx.note(key + ": in force after a restart");
    }
    if (const auto done = apply_directory(plan); !done)
        return ctx.fail(done.error());
    ctx.note("applied");
    if (confirm_within)
        ctx.note("the old settings come back in " + to_text(*confirm_within) +
                 " unless: mailctl conf confirm");
    return EX_OK;
}

int run(const Options& options, Context& ctx)
{
    std::optional<milliseconds> confirm_within;
    if (!options.confirm_within.empty()) {
        const auto parsed = parse_duration(options.confirm_within);
        if (!parsed || parsed->count() == 0)
            return ctx.usage("--confirm-within: not a duration such as 5m");
        if (!ctx.server())
            return ctx.usage("--confirm-within needs a running server");
        confirm_within = *parsed;
    }
    const auto plan = make_plan(ctx);
    if (!plan) {
        ctx.complain(plan.error().detail());
        return plan.error().code() == Errc::Invalid ? EX_CONFIG : exit_status_for(plan.error().code());
    }
    if (!ctx.quiet || ctx.dry_run)
        print_plan(ctx, *plan);
    if (plan->empty()) {
        ctx.note("nothing to change");
        return EX_OK;
    }
    if (ctx.dry_run)
        return kExitNo;
    if (plan->has_destructive()) {
        ctx.flush();
        const auto sure = ctx.confirm("Some users, aliases or domains will be disabled. Go on?");
        if (!sure)
            return ctx.usage(sure.error().detail());
        if (!*sure)
            return kExitNo;
    }
    return apply(*plan, confirm_within, ctx);
}

int confirm(Context& ctx)
{
    const auto done = ctx.server()->confirm_settings();
    if (!done)
        return ctx.fail(done.error());
    ctx.note("confirmed");
    return EX_OK;
}

} // namespace

void add_conf_apply(CLI::App& conf, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* apply = conf.add_subcommand("apply", "Put the settings and directory files in force");
    apply->add_option("--confirm-within", options->confirm_within,
                      "Go back to the old settings after this time unless conf confirm follows")
        ->type_name("TIME");
    add_change_options(*apply, ctx);
    apply->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

void add_conf_confirm(CLI::App& conf, Context& ctx)
{
    auto* verb = conf.add_subcommand("confirm", "Keep settings that apply put in force on trial");
    verb->callback([&ctx] { ctx.action = [&ctx] { return confirm(ctx); }; });
}

} // namespace mailctl::cmd
