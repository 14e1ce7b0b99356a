// mailctl queue top: the destinations with most that waits, again and again.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <thread>

#include "cmd/queue/shapes.h"
#include "cmd/table.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    QueueChoice choice;
    std::string interval = "2s";
    unsigned rows = 20;
    bool once = false;
};

constexpr milliseconds kLeastInterval{200};
constexpr milliseconds kLook{100}; ///< how soon the end is noticed

int show(const Options& options, Context& ctx, store::Queue& queue)
{
    const auto rows = read_shape(ctx, options.choice, "domain");
    if (!rows)
        return ctx.fail(rows.error());
    const auto count = ctx.wait(queue.count());
    if (!count)
        return ctx.fail(count.error());
    const auto paused = ctx.wait(queue.paused());
    if (!paused)
        return ctx.fail(paused.error());
    std::uint64_t recipients = 0;
    for (const auto& row : *rows)
        recipients += row.total;
    if (ctx.format == Format::Table)
        ctx.write(messages(*count) + ", " + std::to_string(recipients) +
                  (recipients == 1 ? " recipient, " : " recipients, ") +
                  std::to_string(rows->size()) +
                  (rows->size() == 1 ? " destination" : " destinations") +
                  (*paused ? "; deliveries are stopped\n" : "\n"));
    auto busiest = *rows;
    busiest.resize(std::min<std::size_t>(busiest.size(), options.rows));
    show_shape(ctx, "mailctl.queue.top/1", "domain", busiest, false);
    return ctx.flush() ? EX_OK : EX_IOERR;
}

int run(const Options& options, Context& ctx)
{
    const auto interval = parse_duration(options.interval);
    if (!interval || *interval < kLeastInterval)
        return ctx.usage("--interval: a time of 200ms or more");
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const bool live =
        !options.once && ctx.streams().out_is_terminal && ctx.format == Format::Table;
    for (;;) {
        if (live)
            ctx.write("\x1b[H\x1b[J"); // to the upper left, and all below goes
        const int status = show(options, ctx, (*store)->queue());
        if (!live || status != EX_OK)
            return status;
        for (milliseconds waited{0}; waited < *interval; waited += kLook) {
            if (ctx.cancelled())
                return EX_OK;
            std::this_thread::sleep_for(kLook);
        }
    }
}

} // namespace

void add_queue_top(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* top = queue.add_subcommand("top", "Watch the destinations with most that waits");
    add_queue_choice(*top, ctx, options->choice, ChoiceUse::Shape);
    top->add_option("--interval", options->interval, "How often it is shown anew (default 2s)")
        ->type_name("DURATION");
    top->add_option("--rows", options->rows, "Destinations shown (default 20)")->type_name("N");
    top->add_flag("--once", options->once, "Show it once; so it is where the output is no terminal");
    top->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
