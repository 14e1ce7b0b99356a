// mailctl queue top: what the server works on by destination, or what waits, again and again.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <thread>

#include "cmd/queue/shapes.h"
#include "cmd/table.h"
#include "core/server/server.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    QueueChoice choice;
    std::string interval = "2s";
    unsigned rows = 20;
    bool once = false;
    bool stored = false;
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

/// What a running server is at work on.
int show_work(const Options& options, Context& ctx, const queue::RunnerView& view)
{
    if (ctx.format == Format::Table)
        ctx.write(std::to_string(view.under_way) + " under way; since the start " +
                  std::to_string(view.delivered) + " delivered, " +
                  std::to_string(view.deferred) + " deferred, " + std::to_string(view.failed) +
                  (view.paused ? " failed; deliveries are stopped\n" : " failed\n"));
    Table table(ctx, {"mailctl.queue.work/1",
                      {"destination", "waiting", "under_way", "connections", "idle", "delivered",
                       "deferred", "failed", "backs_off_until", "last_reply"}});
    for (const auto& one : view.destinations) {
        if (table.rows() == options.rows)
            break;
        table.row(one.key, one.waiting, one.under_way, one.connections, one.idle, one.delivered,
                  one.deferred, one.failed, one.backs_off_until, one.last_reply);
    }
    table.finish();
    return ctx.flush() ? EX_OK : EX_IOERR;
}

/// The server's work where one runs and nothing is chosen, else what is in the store.
int show_either(const Options& options, Context& ctx, store::Queue& queue)
{
    auto* server = ctx.server();
    if (!server || options.stored || !options.choice.is_empty())
        return show(options, ctx, queue);
    return show_work(options, ctx, server->runner().view(options.rows));
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
        const int status = show_either(options, ctx, (*store)->queue());
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
    auto* top = queue.add_subcommand("top", "Watch the busiest destinations, or those with most that waits");
    add_queue_choice(*top, ctx, options->choice, ChoiceUse::Shape);
    top->add_option("--interval", options->interval, "How often it is shown anew (default 2s)")
        ->type_name("DURATION");
    top->add_option("--rows", options->rows, "Destinations shown (default 20)")->type_name("N");
    top->add_flag("--stored", options->stored,
                  "What is in the queue by age, also where a server runs");
    top->add_flag("--once", options->once, "Show it once; so it is where the output is no terminal");
    top->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
