// mailctl queue retry: tries messages now instead of when their time comes.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/act.h"

namespace mailctl::cmd {
namespace {

struct Options {
    QueueChoice choice;
    bool reset = false;
};

int run(const Options& options, Context& ctx)
{
    QueueAction action{"retry", "made due", "Retry", {}};
    action.change = [reset = options.reset](const auto& filter, auto& entry, Time now) {
        return retry_entry(filter, entry, now, reset);
    };
    return act_on_entries(ctx, options.choice, action);
}

} // namespace

void add_queue_retry(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* retry = queue.add_subcommand("retry", "Try messages now");
    add_queue_choice(*retry, ctx, options->choice, ChoiceUse::Change);
    retry->add_flag("--reset", options->reset, "Count their attempts from zero again");
    retry->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
