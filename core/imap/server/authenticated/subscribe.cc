// SUBSCRIBE and UNSUBSCRIBE: which mailboxes a client shows.
#include "core/imap/server/commands.h"
#include "core/imap/server/notify/notify.h"

namespace mailctl::imap {
namespace {

Awaitable<Completion> change(Session& session, Invocation& invocation, bool on)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.end());
    note_caused(session, name);
    const auto changed = co_await session.account->subscribe(std::move(name), on);
    if (!changed)
        co_return refuse(changed.error());
    co_return Completion::ok(on ? "SUBSCRIBE completed" : "UNSUBSCRIBE completed");
}

} // namespace

/// RFC 3501 §6.3.6.
Awaitable<Completion> on_subscribe(Session& session, Invocation& invocation)
{
    co_return co_await change(session, invocation, true);
}

/// RFC 3501 §6.3.7.
Awaitable<Completion> on_unsubscribe(Session& session, Invocation& invocation)
{
    co_return co_await change(session, invocation, false);
}

} // namespace mailctl::imap
