// DELETE: removes a mailbox with its messages.
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// RFC 3501 §6.3.4. Children stay. INBOX cannot be deleted.
Awaitable<Completion> on_delete(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.end());
    const auto deleted = co_await session.account->delete_mailbox(std::move(name));
    if (!deleted)
        co_return refuse(deleted.error());
    co_return Completion::ok("DELETE completed");
}

} // namespace mailctl::imap
