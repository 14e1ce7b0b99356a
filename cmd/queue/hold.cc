// mailctl queue hold: keeps messages from being delivered until they are released.
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
    QueueAction action{"hold", "held", "Hold", {}};
    const std::string reason = options.reason.empty() ? "by command" : options.reason;
    action.change = [reason](const auto& filter, auto& entry, Time) {
        return hold_entry(filter, entry, reason);
    };
    return act_on_entries(ctx, options.choice, action);
}

} // namespace

void add_queue_hold(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* hold = queue.add_subcommand("hold", "Keep messages until they are released");
    add_queue_choice(*hold, ctx, options->choice, ChoiceUse::Change);
    hold->add_option("--reason", options->reason, "Why, for whoever finds them held")
        ->type_name("TEXT");
    hold->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
