// Chooses entries, asks, changes them and tells.
#include "cmd/queue/act.h"

#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kTogether = 1000;

/// Tells what would be done; nothing is.
int rehearse(Context& ctx, const ChosenEntries& chosen, const QueueAction& action, Time now)
{
    std::uint64_t count = 0;
    const auto tell = [&](store::QueueEntry& entry) {
        if (!action.change(chosen.filter, entry, now))
            return true;
        ++count;
        ctx.note("would " + action.verb + " " + to_string(entry.id) + " of " + sender_of(entry));
        return true;
    };
    if (const auto done = each_entry(ctx, chosen, tell); !done)
        return ctx.fail(done.error());
    ctx.note("would " + action.verb + " " + messages(count));
    return count > 0 ? EX_OK : kExitNo;
}

} // namespace

int act_on_entries(Context& ctx, const QueueChoice& choice, const QueueAction& action)
{
    if (choice.is_empty() && !choice.all)
        return ctx.usage("which messages? Name them, or choose with --from, --to, --domain, "
                         "--account, --state and the like; --all is everything");
    const auto chosen = read_queue_choice(ctx, choice);
    if (!chosen)
        return ctx.fail(chosen.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const Time now = (*store)->clock().now();
    if (ctx.dry_run)
        return rehearse(ctx, *chosen, action, now);

    std::vector<QueueId> ids;
    const auto note_id = [&](store::QueueEntry& entry) {
        ids.push_back(entry.id);
        return true;
    };
    if (const auto done = each_entry(ctx, *chosen, note_id); !done)
        return ctx.fail(done.error());
    if (ids.empty()) {
        ctx.note("no message is chosen by that");
        return kExitNo;
    }
    if (ids.size() > 1) {
        const auto sure = ctx.confirm(action.question + " " + messages(ids.size()) + "?");
        if (!sure)
            return ctx.usage(sure.error().detail());
        if (!*sure)
            return kExitNo;
    }

    const auto change = [&](store::QueueEntry& entry) {
        return action.change(chosen->filter, entry, now);
    };
    std::uint64_t changed = 0;
    for (std::size_t at = 0; at < ids.size() && !ctx.cancelled(); at += kTogether) {
        const auto end = ids.begin() + static_cast<std::ptrdiff_t>(
                                           std::min(ids.size(), at + kTogether));
        std::vector<QueueId> page(ids.begin() + static_cast<std::ptrdiff_t>(at), end);
        const auto done = ctx.wait((*store)->queue().update_all(std::move(page), change));
        if (!done) {
            (*store)->queue().wake();
            ctx.note(action.done + " " + messages(changed));
            return ctx.fail(done.error());
        }
        changed += *done;
        if (ids.size() > kTogether)
            ctx.progress("queue", std::min(ids.size(), at + kTogether), ids.size());
    }
    ctx.end_progress();
    (*store)->queue().wake();
    ctx.note(action.done + " " + messages(changed));
    if (changed < ids.size())
        ctx.note(messages(ids.size() - changed) + " were so already, or are gone");
    return EX_OK;
}

} // namespace mailctl::cmd
