// STATUS: counts of a mailbox that need not be selected.
#include <algorithm>

#include "core/imap/server/authenticated/status_items.h"
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// RFC 3501 §6.3.10.
Awaitable<Completion> on_status(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto items, parse_status_items(args));
    CO_PARSE_TRY_VOID(args.end());
    if (std::find(items.begin(), items.end(), StatusItem::HighestModSeq) != items.end())
        session.has_condstore = true; // RFC 7162 §3.1
    const auto located = co_await find_mailbox(session, name, store::MailboxRight::Read);
    if (!located)
        co_return refuse(located.error());
    const auto told = co_await put_status(session, *located, items);
    if (!told)
        co_return refuse(told.error());
    co_return Completion::ok("STATUS completed");
}

} // namespace mailctl::imap
