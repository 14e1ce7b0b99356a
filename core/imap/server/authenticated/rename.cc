// RENAME: gives a mailbox and its children another name.
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// RFC 3501 §6.3.5. Renaming INBOX moves its messages to a new mailbox.
Awaitable<Completion> on_rename(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto from, args.mailbox());
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto to, args.mailbox());
    CO_PARSE_TRY_VOID(args.end());
    const auto renamed = co_await session.account->rename_mailbox(std::move(from), std::move(to));
    if (!renamed)
        co_return refuse(renamed.error());
    co_return Completion::ok("RENAME completed");
}

} // namespace mailctl::imap
