// Differences since a mod-sequence, out of the change log.
#include "core/imap/server/mod_seq.h"

#include <algorithm>
#include <iterator>

namespace mailctl::imap {
namespace {

using Kind = store::ChangeEntry::Kind;

std::vector<NumberRange> ranges_of_uids(const std::vector<Uid>& uids)
{
    std::vector<std::uint32_t> numbers;
    numbers.reserve(uids.size());
    for (const auto uid : uids)
        numbers.push_back(value_of(uid));
    return ranges_of(numbers);
}

Since digest(const View& view, const std::vector<store::ChangeEntry>& log,
             const std::vector<NumberRange>& known)
{
    std::vector<Uid> changed, gone;
    for (const auto& entry : log) {
        if (entry.mailbox != view.mailbox())
            continue;
        auto& uids = entry.kind == Kind::Expunged ? gone : changed;
        for (const auto uid : entry.uids)
            if (contains(known, value_of(uid)) && (&uids == &changed || !view.number_of(uid)))
                uids.push_back(uid);
    }
    sort_unique(changed);
    sort_unique(gone);
    Since since;
    since.changed = std::move(changed);
    since.vanished = ranges_of_uids(gone);
    return since;
}

/// The known UIDs below `end` that are not in the view.
std::vector<NumberRange> absent(const View& view, const std::vector<NumberRange>& known,
                                std::uint32_t end)
{
    std::vector<NumberRange> ranges;
    for (const auto& range : known) {
        std::uint64_t at = range.first;
        const std::uint64_t last = std::min(range.last, end - 1);
        auto next = std::lower_bound(view.uids().begin(), view.uids().end(), Uid(range.first));
        for (; at <= last; ++next) {
            const std::uint64_t present = next == view.uids().end() ? last + 1 : value_of(*next);
            const auto before = std::min(present, last + 1);
            if (before > at)
                ranges.push_back({static_cast<std::uint32_t>(at),
                                  static_cast<std::uint32_t>(before - 1)});
            at = before + 1;
        }
    }
    return ranges;
}

void put_highest(std::string& out, ModSeq mod_seq, std::string_view text)
{
    out.append("* OK [HIGHESTMODSEQ ").append(std::to_string(value_of(mod_seq)));
    out.append("] ").append(text).append("\r\n");
}

} // namespace

void sort_unique(std::vector<Uid>& uids)
{
    if (!std::is_sorted(uids.begin(), uids.end()))
        std::sort(uids.begin(), uids.end());
    uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
}

Awaitable<Result<Since>> changes_since(Session& session, ModSeq since,
                                       std::vector<NumberRange> known)
{
    const View& view = *session.view;
    CO_TRY(const auto mailbox, co_await session.view->account().mailbox(view.mailbox()));
    CO_TRY(const auto changes, co_await session.view->account().changes_since(since));
    if (!changes.truncated)
        co_return digest(view, changes.entries, known);
    Since everything;
    everything.vanished = absent(view, known, value_of(mailbox.uid_next));
    co_return everything;
}

std::vector<Uid> changed_among(const Since& since, std::vector<Uid> uids)
{
    if (!since.changed)
        return uids;
    std::vector<Uid> both;
    std::set_intersection(uids.begin(), uids.end(), since.changed->begin(), since.changed->end(),
                          std::back_inserter(both));
    return both;
}

void put_vanished(std::string& out, Earlier earlier, const std::vector<NumberRange>& uids)
{
    if (uids.empty())
        return;
    out += earlier == Earlier::Yes ? "* VANISHED (EARLIER)" : "* VANISHED";
    char before = ' ';
    for (const auto& range : uids) {
        out += before;
        out += std::to_string(range.first);
        if (range.last != range.first)
            out.append(":").append(std::to_string(range.last));
        before = ',';
    }
    out += "\r\n";
}

void put_mod_seq(std::string& out, ModSeq mod_seq)
{
    out.append("MODSEQ (").append(std::to_string(value_of(mod_seq))).append(")");
}

Awaitable<std::string> highest_mod_seq(Session& session)
{
    const auto mailbox = co_await session.view->account().mailbox(session.view->mailbox());
    if (!mailbox)
        co_return "";
    co_return "HIGHESTMODSEQ " + std::to_string(value_of(mailbox->highest_mod_seq));
}

Awaitable<> tell_highest_mod_seq(Session& session)
{
    const auto mailbox = co_await session.view->account().mailbox(session.view->mailbox());
    if (!mailbox)
        co_return;
    // What came since the view was looked after last is told with the next changes.
    const auto told = std::min(mailbox->highest_mod_seq, session.view->seen);
    put_highest(session.out, told, "Highest mod-sequence");
}

Awaitable<> tell_waiting_mod_seq(Session& session)
{
    auto& after = session.view->waits_after;
    if (!after)
        co_return;
    if (session.view->has_lost()) {
        put_highest(session.out, *after, "Messages are gone");
        co_return;
    }
    after.reset();
    co_await tell_highest_mod_seq(session);
}

} // namespace mailctl::imap
