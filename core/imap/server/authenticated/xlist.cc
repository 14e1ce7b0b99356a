// XLIST: LIST with special uses, as clients asked for them before RFC 6154.
#include "core/imap/server/authenticated/listing.h"
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// In no RFC: the name and attributes with which Gmail began, for clients of that time.
Awaitable<Completion> on_xlist(Session& session, Invocation& invocation)
{
    ListRequest request;
    CO_PARSE_TRY(auto pattern, parse_pattern(invocation.args, &request.reference));
    request.patterns.push_back(std::move(pattern));
    request.is_xlist = true;
    co_return co_await list_mailboxes(session, request);
}

} // namespace mailctl::imap
