// Moves to Trash what is to be deleted.
#include "store/throw_away.h"

#include <algorithm>
#include <set>
#include <utility>

namespace mailctl::store {
namespace {

constexpr std::uint32_t kRowsAtOnce = 2000;
constexpr std::uint32_t kLastUid = 0xFFFFFFFF;

Awaitable<Result<MailboxInfo>> trash_of(Account& account)
{
    auto trash = co_await account.mailbox_by_role(SpecialUse::Trash);
    if (trash || trash.error().code() != Errc::NotFound)
        co_return trash;
    auto named = co_await account.find_mailbox("Trash");
    if (named || named.error().code() != Errc::NotFound)
        co_return named;
    co_return co_await account.create_mailbox("Trash", SpecialUse::Trash);
}

/// The rows of these UIDs that are there. Errors: those of messages().
Awaitable<Result<std::vector<MessageRow>>> rows_of(Account& account, MailboxId box,
                                                   const std::vector<Uid>& uids)
{
    std::vector<MessageRow> rows;
    UidRange range{*std::min_element(uids.begin(), uids.end()),
                   *std::max_element(uids.begin(), uids.end())};
    const std::set<Uid> wanted(uids.begin(), uids.end());
    for (;;) {
        CO_TRY(const auto page, co_await account.messages(box, range, kRowsAtOnce));
        for (const auto& row : page)
            if (wanted.contains(row.uid))
                rows.push_back(row);
        if (page.size() < kRowsAtOnce || value_of(page.back().uid) == kLastUid)
            co_return rows;
        range.first = Uid{value_of(page.back().uid) + 1};
    }
}

/// Which of these emails Trash has already.
Awaitable<Result<std::set<EmailId>>> known_in(Account& account, MailboxId trash,
                                              const std::set<EmailId>& emails)
{
    std::set<EmailId> known;
    UidRange range;
    for (;;) {
        CO_TRY(const auto page, co_await account.messages(trash, range, kRowsAtOnce));
        for (const auto& row : page)
            if (emails.contains(row.email))
                known.insert(row.email);
        if (page.size() < kRowsAtOnce || value_of(page.back().uid) == kLastUid)
            co_return known;
        range.first = Uid{value_of(page.back().uid) + 1};
    }
}

/// Before the move: one that fails between the two leaves a message that is not deleted.
Awaitable<Result<>> unmark(Account& account, MailboxId box, std::vector<Uid> uids)
{
    FlagsUpdate update;
    update.uids = std::move(uids);
    update.change = FlagChange::Remove;
    update.flags.set(SystemFlag::Deleted);
    auto done = co_await account.update_flags(box, std::move(update));
    if (!done)
        co_return done.error();
    co_return ok();
}

} // namespace

Awaitable<Result<>> throw_away(Account& account, MailboxId box, std::vector<Uid> uids)
{
    if (uids.empty())
        co_return ok();
    CO_TRY(const auto trash, co_await trash_of(account));
    std::vector<Uid> goes, moves, marked;
    if (trash.id == box) {
        goes = std::move(uids);
    } else {
        CO_TRY(const auto rows, co_await rows_of(account, box, uids));
        std::set<EmailId> emails;
        for (const auto& row : rows)
            emails.insert(row.email);
        CO_TRY(const auto known, co_await known_in(account, trash.id, emails));
        for (const auto& row : rows) {
            (known.contains(row.email) ? goes : moves).push_back(row.uid);
            if (!known.contains(row.email) && row.flags.has(SystemFlag::Deleted))
                marked.push_back(row.uid);
        }
    }
    if (!marked.empty()) {
        CO_TRY_VOID(co_await unmark(account, box, std::move(marked)));
    }
    if (!moves.empty()) {
        const auto moved = co_await account.move(box, std::move(moves), trash.id);
        if (!moved)
            co_return moved.error();
    }
    if (goes.empty())
        co_return ok();
    const auto gone = co_await account.expunge(box, std::move(goes), false);
    if (!gone)
        co_return gone.error();
    co_return ok();
}

} // namespace mailctl::store
