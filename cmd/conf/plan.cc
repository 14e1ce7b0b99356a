// mailctl conf plan: shows what apply would change, and what each change takes.
#include "cmd/conf/plan.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/conf/conf.h"
#include "cmd/table.h"
#include "conf/load.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

int run(Context& ctx)
{
    const auto plan = make_plan(ctx);
    if (!plan) {
        ctx.complain(plan.error().detail());
        return plan.error().code() == Errc::Invalid ? EX_CONFIG : exit_status_for(plan.error().code());
    }
    if (!ctx.server())
        ctx.note("no server is running: settings have nothing to differ from");
    if (plan->empty())
        ctx.note("nothing to change");
    if (!plan->empty() || ctx.format != Format::Table)
        print_plan(ctx, *plan);
    return plan->empty() ? EX_OK : kExitNo;
}

} // namespace

bool Plan::has_destructive() const
{
    return std::any_of(directory.begin(), directory.end(),
                       [](const auto& change) { return change.disables; });
}

Result<Plan> make_plan(Context& ctx)
{
    TRY(const auto running, ctx.config());
    auto loaded = conf::load(running->file);
    if (!loaded.errors.empty()) {
        std::string text;
        for (const auto& error : loaded.errors)
            text += (text.empty() ? "" : "\nmailctl: ") + conf::to_string(error);
        return Error(Errc::Invalid, text);
    }
    Plan plan;
    if (auto* server = ctx.server())
        plan.differences = conf::differences(*server->config(), loaded.config);
    // Without declarations the directory is left to commands, unless there were some before.
    if (!loaded.config.directory.files.empty()) {
        TRY(plan.directory, plan_directory(ctx, loaded.declared));
    }
    plan.settings = std::make_shared<const conf::Config>(std::move(loaded.config));
    return plan;
}

void print_plan(Context& ctx, const Plan& plan)
{
    Table table(ctx, {"mailctl.conf.plan/1", {"effect", "what", "before", "after"}});
    for (const auto& d : plan.differences)
        table.row(conf::name_of(d.effect), d.path, d.before, d.after);
    for (const auto& change : plan.directory)
        table.row(change.disables ? "destructive" : "hot", change.path, change.before,
                  change.disables && change.after.empty() ? "disabled" : change.after);
}

void add_conf_plan(CLI::App& conf, Context& ctx)
{
    auto* plan = conf.add_subcommand(
        "plan", "Show what apply would change: status 1 where there is something");
    plan->callback([&ctx] { ctx.action = [&ctx] { return run(ctx); }; });
}

} // namespace mailctl::cmd
