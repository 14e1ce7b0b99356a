// SEARCH: message numbers or UIDs that match.
#include "core/imap/server/commands.h"
#include "core/imap/server/selected/matching.h"

namespace mailctl::imap {
namespace {

void put_search(Session& session, const Invocation& invocation, const std::vector<Uid>& found)
{
    session.out += "* SEARCH";
    for (const auto uid : found)
        session.out.append(" ").append(std::to_string(number_for(session, invocation, uid)));
    session.out += "\r\n";
}

} // namespace

/// RFC 3501 §6.4.4, RFC 4731. Texts are compared without case, headers decoded.
Awaitable<Completion> on_search(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto request, parse_search(args));
    const auto fault = fault_of(request);
    const bool saves = request.returns && request.returns->save;
    if (saves && fault && fault->kind == Completion::Kind::No)
        session.view->saved.clear(); // RFC 5182 §2.1: a NO empties it
    if (fault)
        co_return *fault;
    const auto found = co_await matching(session, request.key);
    if (!found) {
        if (saves)
            session.view->saved.clear();
        co_return refuse(found.error());
    }
    if (saves)
        save_result(*session.view, *request.returns, *found);
    if (!request.returns)
        put_search(session, invocation, *found);
    else if (!request.returns->is_save_alone())
        put_esearch(session, invocation, *request.returns, *found);
    co_return Completion::ok("SEARCH completed");
}

} // namespace mailctl::imap
