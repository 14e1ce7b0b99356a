// Reads what decides the places of messages.
#include "core/imap/server/selected/sorting.h"

#include <algorithm>

#include "core/imap/server/progress.h"
#include "core/imap/server/rows.h"
#include "store/emails.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kCardsAtOnce = 64; // as many as caches of processors hold

Awaitable<Result<>> place_page(store::Account& account, const std::vector<SortKey>& keys,
                               const std::vector<store::MessageRow>& page, const Found& found,
                               std::vector<Placed>& placed)
{
    const bool needs_card =
        std::any_of(keys.begin(), keys.end(), [](const auto& key) { return key.needs_card(); });
    std::vector<store::Email> emails;
    if (needs_card) {
        std::vector<EmailId> ids;
        for (const auto& row : page)
            ids.push_back(row.email);
        CO_TRY(emails, co_await store::emails_of(account, std::move(ids), store::CardDepth::Envelope));
    }
    auto email = emails.begin();
    for (const auto& row : page) {
        SortedMessage message;
        message.octets = row.octets;
        message.relevancy = found.relevancy(row.uid);
        message.arrived = row.internal_date;
        if (!needs_card) {
            placed.push_back({sort_value(keys, message), row.uid});
            continue;
        }
        if (email == emails.end() || email->id != row.email)
            continue; // expunged meanwhile
        message.card = &email->card;
        placed.push_back({sort_value(keys, message), row.uid});
        ++email;
    }
    co_return ok();
}

} // namespace

Awaitable<Result<std::vector<Placed>>> place(const View& view, const std::vector<SortKey>& keys,
                                             const Found& found, Progress* progress)
{
    std::vector<Placed> placed;
    placed.reserve(found.uids.size());
    if (progress != nullptr)
        progress->expect(found.uids.size());
    Rows rows(view.account(), view.mailbox(), found.uids, kCardsAtOnce);
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
