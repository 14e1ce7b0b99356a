// IDLE: tells changes as they happen.
#include "core/base/ascii.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/notify/notify.h"
#include "core/imap/server/sync.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kDoneOctets = 1024; // "DONE"

Awaitable<Completion> read_done(Session& session)
{
    session.stream->set_deadline(kTransferWait);
    const auto line = co_await session.reader.read_line(kDoneOctets);
    if (!ascii::equals_ignoring_case(line.text, "DONE"))
        co_return Completion::bad("DONE expected");
    co_return Completion::ok("IDLE terminated");
}

} // namespace

/// RFC 2177 §3. Nothing is polled: the store's watch ends the wait.
Awaitable<Completion> on_idle(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY_VOID(invocation.args.end());
    Watching own(*session.stream);
    Watching& watching = session.notify ? session.notify->watching : own;
    watching.add(session.view ? session.view->account() : *session.account);
    session.out += "+ idling\r\n";
    while (session.reader.buffered().empty()) {
        co_await tell_changes(session, true); // RFC 5465 §4: what NOTIFY says
        session.stream->set_deadline(silence_limit(session));
        co_await flush(session);
        if (session.view && session.view->is_claim_due)
            co_await claim_recent(session);
        if (watching.take_changed())
            continue;
        session.reader.release();
        co_await session.stream->wait_readable();
        if (!watching.take_changed())
            break;
    }
    co_return co_await read_done(session);
}

} // namespace mailctl::imap
