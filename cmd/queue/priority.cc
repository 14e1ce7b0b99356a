// mailctl queue priority: which messages go first.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/act.h"

namespace mailctl::cmd {
namespace {

struct Options {
    QueueChoice choice;
    unsigned priority = 0;
};

int run(const Options& options, Context& ctx)
{
    QueueAction action{"change", "changed", "Change the priority of", {}};
    action.change = [priority = static_cast<std::uint8_t>(options.priority)](
                        const auto&, auto& entry, Time) {
        const bool changed = entry.priority != priority;
        entry.priority = priority;
        return changed;
    };
    return act_on_entries(ctx, options.choice, action);
}

} // namespace

void add_queue_priority(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* priority = queue.add_subcommand("priority", "Let messages go sooner or later than others");
    priority->add_option("PRIORITY", options->priority, "1 (last) to 10 (first); 5 is usual")
        ->required()
        ->check(CLI::Range(1u, 10u));
    add_queue_choice(*priority, ctx, options->choice, ChoiceUse::Change);
    priority->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
