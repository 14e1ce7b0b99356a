// mailctl queue drop: takes messages out of the queue; nobody is told.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/act.h"

namespace mailctl::cmd {
namespace {

struct Options {
    QueueChoice choice;
    std::string reason;
};

int run(const Options& options, Context& ctx)
{
    QueueAction action{"drop", "dropped", "Drop without telling anybody", {}};
    const std::string reason =
        "dropped by command" + (options.reason.empty() ? "" : ": " + options.reason);
    action.change = [reason](const auto& filter, auto& entry, Time) {
        return drop_entry(filter, entry, reason);
    };
    return act_on_entries(ctx, options.choice, action);
}

} // namespace

void add_queue_drop(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* drop = queue.add_subcommand("drop", "Take messages out of the queue; nobody is told");
    add_queue_choice(*drop, ctx, options->choice, ChoiceUse::Change);
    drop->add_option("--reason", options->reason, "Why, for the history")->type_name("TEXT");
    drop->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
