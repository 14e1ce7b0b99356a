// mailctl queue retry: tries messages now instead of when their time comes.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/act.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

struct Options {
    QueueChoice choice;
    bool reset = false;
    std::string destination;
};

/// Its back-off is a running server's: without one there is nothing to forget.
int forget_back_off(const std::string& destination, Context& ctx)
{
    auto* server = ctx.server();
    if (!server)
        return ctx.fail(Error(Errc::Unavailable, "no server runs: no destination is backed off"));
    if (ctx.dry_run) {
        ctx.note("would try " + destination + " again at once");
        return EX_OK;
    }
    server->runner().retry_now(destination);
    ctx.note("tries " + destination + " again at once");
    return EX_OK;
}

int run(const Options& options, Context& ctx)
{
    if (!options.destination.empty()) {
        const int status = forget_back_off(options.destination, ctx);
        if (status != EX_OK || (options.choice.is_empty() && !options.choice.all))
            return status;
    }
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
    retry->add_option("--destination", options->destination,
                      "Forget that this one is backed off, as \"queue top\" names it")
        ->type_name("KEY");
    retry->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
