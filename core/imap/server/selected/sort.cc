// SORT: messages that match, in an order.
#include <algorithm>
#include <string>
#include <utility>

#include "core/imap/order/sort_key.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/progress.h"
#include "core/imap/server/rows.h"
#include "core/imap/server/selected/matching.h"
#include "store/emails.h"

namespace mailctl::imap {
namespace {

struct SortRequest {
    std::vector<SortKey> keys;
    SearchRequest search;
};

/// [SP "RETURN" SP "(" ... ")"] SP sort-keys SP charset 1*(SP search-key). RFC 5256 §5, RFC 5267 §5
Result<SortRequest> parse_sort(Lexer& args)
{
    SortRequest request;
    TRY_VOID(args.space());
    TRY(auto returns, parse_search_return(args));
    TRY(request.keys, parse_sort_keys(args));
    TRY_VOID(args.space());
    TRY(request.search, parse_search_program(args));
    request.search.returns = returns;
    return request;
}

void compare_by(SortRequest& request, mime::Collation collation)
{
    compare_by(request.search.key, collation);
    for (auto& key : request.keys)
        key.collation = collation;
}

/// A message and its place among others.
struct Placed {
    std::string value;
    Uid uid{};
};

/// Cards are read only where a key asks for them; bodies never.
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

Awaitable<Result<std::vector<Uid>>> sorted(Session& session, const std::vector<SortKey>& keys,
                                           const Found& found)
{
    std::vector<Placed> placed;
    placed.reserve(found.uids.size());
    session.progress->expect(found.uids.size());
    Rows rows(session.view->account(), session.view->mailbox(), found.uids);
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            break;
        if (session.progress->advance(page.size()))
            co_await session.progress->tell();
        CO_TRY_VOID(co_await place_page(session.view->account(), keys, page, found, placed));
    }
    std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        const int order = a.value.compare(b.value);
        return order != 0 ? order < 0 : a.uid < b.uid;
    });
    std::vector<Uid> uids;
    uids.reserve(placed.size());
    for (const auto& one : placed)
        uids.push_back(one.uid);
    co_return uids;
}

} // namespace

/// RFC 5256 §3, RFC 5267 §3.2. Texts are ordered by the active comparator (RFC 5255 §4).
Awaitable<Completion> on_sort(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(auto request, parse_sort(invocation.args));
    compare_by(request, session.collation);
    const auto is_relevancy = [](const auto& key) { return key.kind == SortKey::Kind::Relevancy; };
    if (std::any_of(request.keys.begin(), request.keys.end(), is_relevancy) && !has_fuzzy(request.search.key))
        co_return Completion::bad("RELEVANCY is for FUZZY"); // RFC 6203 §6
    const auto fault = fault_of(session, request.search);
    if (fault && fault->kind == Completion::Kind::No)
        drop_saved(*session.view, request.search.returns);
    if (fault)
        co_return *fault;
    auto found = co_await matching(session, request.search.key);
    Result<std::vector<Uid>> uids = std::vector<Uid>();
    if (found)
        uids = co_await sorted(session, request.keys, *found);
    if (!found || !uids) {
        drop_saved(*session.view, request.search.returns);
        co_return refuse(found ? uids.error() : found.error());
    }
    found->uids = *std::move(uids);
    put_found(session, invocation, "SORT", request.search.returns, *found);
    co_return Completion::ok("SORT completed");
}

} // namespace mailctl::imap
