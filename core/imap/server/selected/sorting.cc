// Reads what decides the places of messages.
#include "core/imap/server/selected/sorting.h"

#include <algorithm>

#include "core/imap/server/progress.h"
#include "core/imap/server/rows.h"
#include "store/emails.h"

namespace mailctl::imap {
namespace {

SortedMessage without_card(const store::MessageRow& row, const Found& found)
{
    SortedMessage message;
    message.octets = row.octets;
    message.relevancy = found.relevancy(row.uid);
    message.arrived = row.internal_date;
    return message;
}

Awaitable<Result<>> place_page(store::Account& account, const std::vector<SortKey>& keys,
                               const std::vector<store::MessageRow>& page, const Found& found,
                               std::vector<Placed>& placed)
{
    const bool needs_card =
        std::any_of(keys.begin(), keys.end(), [](const auto& key) { return key.needs_card(); });
    if (!needs_card) {
        for (const auto& row : page)
            placed.push_back({sort_value(keys, without_card(row, found)), row.uid});
        co_return ok();
    }
    std::vector<EmailId> ids;
    ids.reserve(page.size());
    for (const auto& row : page)
        ids.push_back(row.email);
    auto row = page.begin();
    store::SummaryTaker take = [&](EmailId id, const mime::CardSummary& card) {
        while (row->email != id) // expunged meanwhile
            ++row;
        auto message = without_card(*row, found);
        message.card = card;
        placed.push_back({sort_value(keys, message), row->uid});
        ++row;
    };
    co_return co_await store::summaries_of(account, std::move(ids), std::move(take));
}

} // namespace

Awaitable<Result<std::vector<Placed>>> place(const View& view, const std::vector<SortKey>& keys,
                                             const Found& found, Progress* progress)
{
    std::vector<Placed> placed;
    placed.reserve(found.uids.size());
    if (progress != nullptr)
        progress->expect(found.uids.size());
    Rows rows(view.account(), view.mailbox(), found.uids);
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            co_return std::move(placed);
        if (progress != nullptr && progress->advance(page.size()))
            co_await progress->tell();
        CO_TRY_VOID(co_await place_page(view.account(), keys, page, found, placed));
    }
}

Awaitable<Result<std::vector<Uid>>> sorted(Session& session, const std::vector<SortKey>& keys,
                                           const Found& found)
{
    CO_TRY(auto placed, co_await place(*session.view, keys, found, session.progress));
    std::sort(placed.begin(), placed.end());
    std::vector<Uid> uids;
    uids.reserve(placed.size());
    for (const auto& one : placed)
        uids.push_back(one.uid);
    co_return uids;
}

} // namespace mailctl::imap
