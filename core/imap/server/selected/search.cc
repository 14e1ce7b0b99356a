// SEARCH: message numbers or UIDs that match.
#include "core/imap/server/commands.h"
#include "core/imap/server/context/contexts.h"
#include "core/imap/server/selected/matching.h"

namespace mailctl::imap {

/// RFC 3501 §6.4.4, RFC 4731. Texts are compared without case, headers decoded.
Awaitable<Completion> on_search(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto request, parse_search(args));
    compare_by(request.key, session.collation);
    if (!request.returns && session.is_rev2) { // RFC 9051 §6.4.4
        request.returns.emplace();
        request.returns->all = true;
    }
    invocation.searches_numbers = has_numbers(request.key);
    auto fault = fault_of(session, request);
    if (!fault)
        fault = update_fault(session, invocation, request);
    if (fault && fault->kind == Completion::Kind::No)
        drop_saved(*session.view, request.returns);
    if (fault)
        co_return *fault;
    const auto found = co_await matching(session, request.key);
    if (!found) {
        drop_saved(*session.view, request.returns);
        co_return refuse(found.error());
    }
    put_found(session, invocation, "SEARCH", request.returns, *found);
    keep_context(session, invocation, request, {}, *found);
    co_return Completion::ok("SEARCH completed");
}

} // namespace mailctl::imap
