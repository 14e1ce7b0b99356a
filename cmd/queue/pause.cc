// mailctl queue pause and resume: whether anything is delivered; mail is taken all the same.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>

#include "cmd/queue/queue.h"
#include "core/server/server.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

/// OUT-18: what is under way too.
int cut_under_way(Context& ctx)
{
    auto* server = ctx.server();
    if (!server) {
        ctx.note("no server runs: nothing is under way");
        return EX_OK;
    }
    if (ctx.dry_run) {
        ctx.note("would cut deliveries under way");
        return EX_OK;
    }
    server->runner().cut();
    ctx.note("deliveries under way are cut; they are tried again");
    return EX_OK;
}

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
    auto now = std::make_shared<bool>(false);
    if (pause)
        verb->add_flag("--now", *now,
                       "Cut deliveries under way too; who had taken a message already may get it "
                       "again");
    verb->callback([pause, now, &ctx] {
        ctx.action = [pause, now, &ctx] {
            const int status = run(pause, ctx);
            return status == EX_OK && *now ? cut_under_way(ctx) : status;
        };
    });
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
