// mailctl queue release: lets held messages go on; they are due at once.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/act.h"

namespace mailctl::cmd {
namespace {

int run(const QueueChoice& choice, Context& ctx)
{
    QueueAction action{"release", "released", "Release", {}};
    action.change = [](const auto& filter, auto& entry, Time now) {
        return release_entry(filter, entry, now);
    };
    return act_on_entries(ctx, choice, action);
}

} // namespace

void add_queue_release(CLI::App& queue, Context& ctx)
{
    auto choice = std::make_shared<QueueChoice>();
    auto* release = queue.add_subcommand("release", "Let held messages go on, at once");
    add_queue_choice(*release, ctx, *choice, ChoiceUse::Change);
    release->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run(*choice, ctx); }; });
}

} // namespace mailctl::cmd
