// mailctl queue reroute: sends messages another way than the settings say.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/act.h"
#include "core/route/route.h"

namespace mailctl::cmd {
namespace {

struct Options {
    QueueChoice choice;
    std::string to;
};

int run(const Options& options, Context& ctx)
{
    const std::string route = options.to == "route" ? std::string() : options.to;
    if (!route.empty()) {
        const auto config = ctx.config();
        if (!config)
            return ctx.fail(config.error());
        route::Question question;
        question.recipient = "@example.org";
        question.override_route = route;
        if (const auto way = route::choose(**config, question); !way)
            return ctx.fail(way.error());
    }
    QueueAction action{"reroute", "rerouted", "Reroute", {}};
    action.change = [route](const auto& filter, auto& entry, Time now) {
        return reroute_entry(filter, entry, route, now);
    };
    return act_on_entries(ctx, options.choice, action);
}

} // namespace

void add_queue_reroute(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* reroute = queue.add_subcommand("reroute", "Send messages another way, and at once");
    reroute
        ->add_option("TO", options->to,
                     "mx, smart_host:NAME, HOST[:PORT], here: look recipients up in this "
                     "server's directory, or route: by the settings again")
        ->required();
    add_queue_choice(*reroute, ctx, options->choice, ChoiceUse::Change);
    reroute->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
