// SORT: messages that match, in an order.
#include <algorithm>
#include <utility>

#include "core/imap/server/commands.h"
#include "core/imap/server/context/contexts.h"
#include "core/imap/server/selected/sorting.h"

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
    if (returns)
        request.search.returns = returns;
    return request;
}

void compare_by(SortRequest& request, mime::Collation collation)
{
    compare_by(request.search.key, collation);
    for (auto& key : request.keys)
        key.collation = collation;
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
    invocation.searches_numbers = has_numbers(request.search.key);
    auto fault = fault_of(session, request.search);
    if (!fault)
        fault = update_fault(session, invocation, request.search);
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
    keep_context(session, invocation, request.search, request.keys, *found);
    co_return Completion::ok("SORT completed");
}

} // namespace mailctl::imap
