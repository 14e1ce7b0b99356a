// mailctl queue pause and resume: whether anything is delivered; mail is taken all the same.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/queue.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

int run(bool pause, Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto paused = ctx.wait((*store)->queue().paused());
    if (!paused)
        return ctx.fail(paused.error());
    if (*paused == pause) {
        ctx.note(pause ? "deliveries are stopped already" : "deliveries go on already");
        return EX_OK;
    }
    if (ctx.dry_run) {
        ctx.note(pause ? "would stop deliveries" : "would let deliveries go on");
        return EX_OK;
    }
    if (const auto done = ctx.wait((*store)->queue().set_paused(pause)); !done)
        return ctx.fail(done.error());
    ctx.note(pause ? "deliveries are stopped; mail is still accepted" : "deliveries go on");
    return EX_OK;
}

void add(CLI::App& queue, Context& ctx, bool pause)
{
    auto* verb = queue.add_subcommand(pause ? "pause" : "resume",
                                      pause ? "Stop all deliveries; mail is still accepted"
                                            : "Let deliveries go on");
    add_change_options(*verb, ctx);
    verb->callback([pause, &ctx] { ctx.action = [pause, &ctx] { return run(pause, ctx); }; });
}

} // namespace

void add_queue_pause(CLI::App& queue, Context& ctx)
{
    add(queue, ctx, true);
}

void add_queue_resume(CLI::App& queue, Context& ctx)
{
    add(queue, ctx, false);
}

} // namespace mailctl::cmd
