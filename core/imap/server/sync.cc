// Reads the change log and brings the client's view up to it.
#include "core/imap/server/sync.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/log.h"
#include "core/imap/server/context/contexts.h"
#include "core/imap/server/flags.h"
#include "core/imap/server/mod_seq.h"
#include "core/imap/server/notify/notify.h"
#include "core/imap/server/rows.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::imap {
namespace {

using Kind = store::ChangeEntry::Kind;

constexpr std::size_t kWholeMailbox = 8192; // rows a read where all of them are walked

/// What happened to one mailbox, in UIDs.
struct Delta {
    std::vector<Uid> appeared;
    std::vector<Uid> expunged;
    std::vector<Uid> changed; ///< flags, of messages in the view
    std::vector<Uid> touched; ///< the same with those that the client knows; where searches look at them
    bool mailbox_changed = false;
    bool rights_changed = false;
};

void note_change(Delta& delta, const View& view, Uid uid, ModSeq mod_seq)
{
    if (view.contexts)
        delta.touched.push_back(uid);
    if (!view.knows(uid, mod_seq))
        delta.changed.push_back(uid);
}

/// Flags that this client changed itself and knows of, as after most commands: a change of many
/// messages is not looked at one by one.
bool is_own_change(const View& view, const store::ChangeEntry& entry)
{
    return entry.kind == Kind::FlagsChanged && !view.contexts && view.knows_all(entry.uids, entry.mod_seq);
}

/// Takes from the log what concerns the view and what the client does not know yet.
Delta digest(const View& view, const std::vector<store::ChangeEntry>& log)
{
    Delta delta;
    for (const auto& entry : log) {
        if (entry.mailbox != view.mailbox() || is_own_change(view, entry))
            continue;
        for (const auto uid : entry.uids) {
            if (entry.kind == Kind::Appeared && value_of(uid) > view.largest_uid())
                delta.appeared.push_back(uid);
            else if (entry.kind == Kind::Expunged)
                delta.expunged.push_back(uid);
            else if (entry.kind == Kind::FlagsChanged && view.number_of(uid))
                note_change(delta, view, uid, entry.mod_seq);
        }
        delta.mailbox_changed = delta.mailbox_changed || entry.kind == Kind::MailboxChanged;
    }
    sort_unique(delta.appeared);
    sort_unique(delta.expunged);
    sort_unique(delta.changed);
    sort_unique(delta.touched);
    std::vector<Uid> still;
    std::set_difference(delta.appeared.begin(), delta.appeared.end(), delta.expunged.begin(),
                        delta.expunged.end(), std::back_inserter(still));
    delta.appeared.swap(still);
    return delta;
}

/// The same by reading the whole mailbox, where the log no longer reaches back far enough.
Awaitable<Result<Delta>> rescan(const View& view)
{
    Delta delta;
    std::vector<Uid> present;
    Rows rows(view.account(), view.mailbox(), store::UidRange{}, kWholeMailbox);
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            break;
        for (const auto& row : page) {
            present.push_back(row.uid);
            if (value_of(row.uid) > view.largest_uid())
                delta.appeared.push_back(row.uid);
            else if (row.mod_seq > view.seen)
                note_change(delta, view, row.uid, row.mod_seq);
        }
    }
    std::set_difference(view.uids().begin(), view.uids().end(), present.begin(), present.end(),
                        std::back_inserter(delta.expunged));
    co_return delta;
}

/// Finds messages that no session was told of. A session that may change the mailbox is the only
/// one to be told (RFC 3501 §2.3.2).
Awaitable<Result<>> find_recent(View& view)
{
    const auto how = view.may_change() ? store::Recent::Show : store::Recent::Look;
    CO_TRY(const auto recent, co_await view.account().take_recent(view.mailbox(), how));
    view.add_recent(recent);
    view.is_claim_due = view.is_claim_due || (view.may_change() && recent.first <= recent.last);
    co_return ok();
}

void put_expunges(Session& session)
{
    if (session.tells_vanished()) { // RFC 7162 §3.2.10.2, RFC 9586 §3.5
        std::vector<std::uint32_t> uids;
        for (const auto uid : session.view->lost())
            uids.push_back(value_of(uid));
        put_vanished(session.out, Earlier::No, ranges_of(uids));
        session.view->take_lost();
        return;
    }
    for (const auto number : session.view->take_lost())
        session.out.append("* ").append(std::to_string(number)).append(" EXPUNGE\r\n");
}

/// Adds new messages and tells the mailbox's new size. RFC 3501 §7.3.1, §7.3.2.
Awaitable<> put_arrivals(Session& session, const std::vector<Uid>& appeared)
{
    View& view = *session.view;
    co_await find_recent(view);
    view.add(appeared);
    session.out.append("* ").append(std::to_string(view.count())).append(" EXISTS\r\n");
    if (view.knows_recent)
        session.out.append("* ").append(std::to_string(view.recent_count())).append(" RECENT\r\n");
}

/// FETCH with FLAGS and, since a client may know the message by it, UID.
Awaitable<> put_changed_flags(Session& session, std::vector<Uid> changed,
                              const std::vector<std::string>& keywords)
{
    const View& view = *session.view;
    Rows rows(view.account(), view.mailbox(), std::move(changed));
    while (true) {
        const auto page = co_await rows.next();
        if (!page || page->empty())
            co_return;
        for (const auto& row : *page) {
            if (!view.number_of(row.uid))
                continue;
            put_fetch_start_with_uid(session, row.uid);
            session.out += "FLAGS ";
            put_flags(session.out, row.flags, view.is_recent(row.uid), keywords);
            if (session.has_condstore) { // RFC 7162 §3.1.4
                session.out += ' ';
                put_mod_seq(session.out, row.mod_seq);
            }
            session.out += ")\r\n";
        }
        if (is_full(session))
            co_await flush(session);
    }
}

/// Tells keywords that are new since the last FLAGS response. RFC 3501 §7.2.6.
Awaitable<> put_changes(Session& session, Delta delta)
{
    if (!delta.appeared.empty()) {
        co_await put_arrivals(session, delta.appeared);
        co_await tell_new_messages(session, delta.appeared);
    }
    if (delta.appeared.empty() && delta.changed.empty() && !delta.rights_changed)
        co_return;
    const auto keywords = co_await session.view->account().keywords();
    if (!keywords)
        co_return;
    if (delta.rights_changed) // RFC 4314 §5.1.1
        put_flag_responses(session, *keywords);
    else
        put_new_keywords(session, *keywords);
    if (!delta.changed.empty())
        co_await put_changed_flags(session, std::move(delta.changed), *keywords);
}

/// What became of the mailbox itself: it may be gone, or its user may do other things in it.
/// RFC 2180 §3 for a mailbox deleted by another session; a right to read that is lost looks the same.
Awaitable<Result<>> look_at_mailbox(Session& session, Delta& delta)
{
    View& view = *session.view;
    const auto mailbox = co_await view.account().mailbox(view.mailbox());
    if (!mailbox && mailbox.error().code() != Errc::NotFound)
        co_return mailbox.error();
    if (!mailbox)
        delta.expunged = view.uids();
    if (!mailbox || view.prefix.empty())
        co_return ok();
    const auto located =
        co_await find_mailbox(session, view.prefix + mailbox->name, store::MailboxRight::Read);
    if (!located && located.error().code() != Errc::NotFound &&
        located.error().code() != Errc::Denied)
        co_return located.error();
    const auto rights = located ? located->rights : store::MailboxRights();
    if (!located)
        delta.expunged = view.uids();
    delta.rights_changed = std::exchange(view.rights, rights) != rights;
    co_return ok();
}

/// Everything that changed after `view.seen`, and where the log ended.
Awaitable<Result<std::pair<Delta, ModSeq>>> read_changes(Session& session)
{
    const View& view = *session.view;
    CO_TRY(const auto changes, co_await session.view->account().changes_since(view.seen));
    std::pair<Delta, ModSeq> read;
    read.second = changes.up_to;
    if (changes.truncated) {
        CO_TRY(read.first, co_await rescan(view));
    } else {
        read.first = digest(view, changes.entries);
    }
    const bool could_read = view.rights.has(store::MailboxRight::Read);
    if (read.first.mailbox_changed)
        CO_TRY_VOID(co_await look_at_mailbox(session, read.first));
    const bool can_read = view.rights.has(store::MailboxRight::Read);
    if (!can_read) { // RFC 4314 §5.1.1: nothing is told of what may not be read any more
        read.first.appeared.clear();
        read.first.changed.clear();
        read.first.touched.clear();
    } else if (!could_read) { // again: all of it is new
        CO_TRY(read.first, co_await rescan(view));
        read.first.rights_changed = true;
    }
    co_return read;
}

/// What searches have to look at again. `moved`: messages came or went, and "*" may be another one.
std::vector<Uid> touched_in(const View& view, const Delta& delta, bool moved)
{
    if (!view.contexts)
        return {};
    auto touched = delta.touched;
    touched.insert(touched.end(), delta.appeared.begin(), delta.appeared.end());
    if (!view.uids().empty() && moved)
        touched.push_back(view.uids().back());
    sort_unique(touched);
    return touched;
}

bool wants_flags(const Session& session)
{
    const auto* group = session.notify ? session.notify->selected() : nullptr;
    return !session.notify || !session.notify->is_asked() || (group != nullptr && group->events.has(NotifyEvent::FlagChange));
}

/// Keeps changes of flags that NOTIFY did not ask for, until it does. RFC 5465 §3.1
void hold_flags(Session& session, Delta& delta)
{
    auto& untold = session.view->untold;
    if (!wants_flags(session)) {
        untold.insert(untold.end(), delta.changed.begin(), delta.changed.end());
        delta.changed.clear();
        sort_unique(untold);
        return;
    }
    delta.changed.insert(delta.changed.end(), untold.begin(), untold.end());
    sort_unique(delta.changed);
    std::vector<Uid>().swap(untold);
}

} // namespace

bool needs_sync(const Session& session, Expunges expunges)
{
    return session.view && (session.view->account().highest_mod_seq() > session.view->seen ||
                            (expunges == Expunges::Tell && session.view->has_lost()) ||
                            (!session.view->untold.empty() && wants_flags(session)));
}

Awaitable<> sync(Session& session, Expunges expunges)
{
    View& view = *session.view;
    auto read = co_await read_changes(session);
    if (!read) {
        log::error("imap", "sync failed", {{"error", to_string(read.error())}});
        co_return;
    }
    const auto seen = std::exchange(view.seen, read->second);
    view.lose(read->first.expunged);
    if (view.has_lost() && expunges == Expunges::Hold && session.has_qresync && !view.waits_after)
        view.waits_after = seen;
    const bool moved = view.has_lost() || !read->first.appeared.empty();
    tell_gone_results(session);
    const bool arrivals_first = std::exchange(view.tells_arrivals_first, false);
    if (expunges == Expunges::Tell && !arrivals_first)
        put_expunges(session);
    hold_flags(session, read->first);
    auto touched = touched_in(view, read->first, moved);
    co_await put_changes(session, std::move(read->first));
    if (expunges == Expunges::Tell && arrivals_first)
        put_expunges(session);
    co_await tell_results(session, std::move(touched));
    view.forget_told();
}

Awaitable<> claim_recent(Session& session)
{
    if (!session.view || !std::exchange(session.view->is_claim_due, false))
        co_return;
    const auto kept =
        co_await session.view->account().take_recent(session.view->mailbox(), store::Recent::Keep);
    if (!kept)
        log::warn("imap", "messages stay recent", {{"error", to_string(kept.error())}});
}

Awaitable<Result<std::uint32_t>> load_view(View& view)
{
    view.seen = view.account().highest_mod_seq(); // before the rows: what follows is in the log
    std::uint32_t first_unseen = 0;
    std::vector<Uid> uids;
    Rows rows(view.account(), view.mailbox(), store::UidRange{}, kWholeMailbox);
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            break;
        uids.clear();
        for (const auto& row : page) {
            uids.push_back(row.uid);
            if (first_unseen == 0 && !row.flags.has(store::SystemFlag::Seen))
                first_unseen = view.count() + static_cast<std::uint32_t>(uids.size());
        }
        view.add(uids);
    }
    view.shrink();
    CO_TRY_VOID(co_await find_recent(view));
    co_return first_unseen;
}

} // namespace mailctl::imap
