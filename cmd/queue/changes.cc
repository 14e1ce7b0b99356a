// What the verbs do to an entry.
#include <algorithm>

#include "cmd/queue/act.h"
#include "store/queue/matching.h"

namespace mailctl::cmd {
namespace {

using State = store::QueueRecipient::State;

bool is_meant(const store::QueueFilter& filter, const store::QueueRecipient& recipient)
{
    return recipient.is_open() && store::matches_recipient(filter, recipient);
}

bool means_all(const store::QueueFilter& filter, const store::QueueEntry& entry)
{
    return std::all_of(entry.recipients.begin(), entry.recipients.end(), [&](const auto& each) {
        return !each.is_open() || is_meant(filter, each);
    });
}


/// A hold of the whole entry becomes one of each recipient, so that some can be let go.
void hold_each(store::QueueEntry& entry)
{
    for (auto& recipient : entry.recipients) {
        if (entry.held && recipient.is_waiting())
            recipient.state = State::Held;
    }
    entry.held = false;
}

/// Ends a recipient's waiting; true where it waited.
template <class End>
bool end_meant(const store::QueueFilter& filter, store::QueueEntry& entry, End end)
{
    bool changed = false;
    for (auto& recipient : entry.recipients) {
        if (!is_meant(filter, recipient) || recipient.notice_due)
            continue;
        end(recipient);
        recipient.last_host.clear();
        changed = true;
    }
    return changed;
}

} // namespace

bool hold_entry(const store::QueueFilter& filter, store::QueueEntry& entry,
                const std::string& reason)
{
    if (entry.held)
        return false;
    const bool all = means_all(filter, entry);
    bool changed = false;
    for (auto& recipient : entry.recipients) {
        if (!is_meant(filter, recipient) || !recipient.is_waiting())
            continue;
        if (!all)
            recipient.state = State::Held;
        changed = true;
    }
    entry.held = changed && all;
    if (changed)
        entry.hold_reason = reason;
    return changed;
}

bool release_entry(const store::QueueFilter& filter, store::QueueEntry& entry, Time now)
{
    const bool was_held = entry.held;
    if (was_held && !means_all(filter, entry))
        hold_each(entry);
    const bool whole = entry.held;
    entry.held = false;
    bool changed = whole;
    bool still_held = false;
    for (auto& recipient : entry.recipients) {
        const bool freed = recipient.state == State::Held && is_meant(filter, recipient);
        if (freed)
            recipient.state = State::Waiting;
        if (freed || (whole && recipient.is_pending()))
            recipient.next_attempt = now;
        changed = changed || freed;
        still_held = still_held || recipient.state == State::Held;
    }
    if (!still_held)
        entry.hold_reason.clear();
    return changed;
}

bool retry_entry(const store::QueueFilter& filter, store::QueueEntry& entry, Time now, bool reset)
{
    bool changed = false;
    for (auto& recipient : entry.recipients) {
        if (!is_meant(filter, recipient) || !recipient.is_pending())
            continue;
        changed = changed || recipient.next_attempt > now || (reset && recipient.attempts > 0);
        recipient.next_attempt = std::min(recipient.next_attempt, now);
        if (reset)
            recipient.attempts = 0;
    }
    return changed;
}

bool reroute_entry(const store::QueueFilter& filter, store::QueueEntry& entry,
                   const std::string& route, Time now)
{
    const bool all = means_all(filter, entry);
    bool changed = all && entry.route != route;
    if (all)
        entry.route = route;
    for (auto& recipient : entry.recipients) {
        if (!is_meant(filter, recipient) || recipient.notice_due)
            continue;
        const std::string own = all ? std::string() : route;
        changed = changed || recipient.route != own;
        recipient.route = own;
        if (recipient.is_waiting())
            recipient.next_attempt = std::min(recipient.next_attempt, now);
    }
    return changed;
}

bool fail_entry(const store::QueueFilter& filter, store::QueueEntry& entry,
                const std::string& reply, Time now)
{
    const bool changed = end_meant(filter, entry, [&](store::QueueRecipient& recipient) {
        recipient.state = State::Failed;
        recipient.notice_due = true;
        recipient.next_attempt = now;
        recipient.last_reply = reply;
    });
    // Nobody would be told while the entry is held: the others stay held, each by itself.
    if (changed)
        hold_each(entry);
    return changed;
}

bool drop_entry(const store::QueueFilter& filter, store::QueueEntry& entry,
                const std::string& reason)
{
    return end_meant(filter, entry, [&](store::QueueRecipient& recipient) {
        recipient.state = State::Dropped;
        recipient.last_reply = reason;
    });
}

} // namespace mailctl::cmd
