// mailctl queue drop: takes messages out of the queue; nobody is told.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/queue.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

int run(const QueueChoice& choice, Context& ctx)
{
    if (choice.is_empty())
        return ctx.usage("which messages? Name them, or choose with --from, --to, --domain or "
                         "--account; --to '*' is all");
    const auto entries = chosen_entries(ctx, choice);
    if (!entries)
        return ctx.fail(entries.error());
    const std::string count =
        std::to_string(entries->size()) + (entries->size() == 1 ? " message" : " messages");
    if (ctx.dry_run) {
        for (const auto& entry : *entries)
            ctx.note("would drop " + to_string(entry.id) + " of " +
                     (entry.sender.empty() ? "<>" : entry.sender));
        ctx.note("would drop " + count);
        return EX_OK;
    }
    if (!entries->empty()) {
        const auto sure = ctx.confirm("Drop " + count + " without telling anybody?");
        if (!sure)
            return ctx.usage(sure.error().detail());
        if (!*sure)
            return kExitNo;
    }
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    for (const auto& entry : *entries) {
        const auto removed = ctx.wait((*store)->queue().remove(entry.id));
        if (!removed && removed.error().code() != Errc::NotFound)
            return ctx.fail(removed.error());
    }
    ctx.note("dropped " + count);
    return EX_OK;
}

} // namespace

void add_queue_drop(CLI::App& queue, Context& ctx)
{
    auto choice = std::make_shared<QueueChoice>();
    auto* drop = queue.add_subcommand("drop", "Take messages out of the queue; nobody is told");
    add_queue_choice(*drop, *choice);
    add_change_options(*drop, ctx);
    drop->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run(*choice, ctx); }; });
}

} // namespace mailctl::cmd
