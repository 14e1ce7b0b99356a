// CLOSE and UNSELECT: leave the mailbox, with and without expunging.
#include <utility>

#include "core/imap/server/commands.h"
#include "core/imap/server/mod_seq.h"
#include "core/imap/server/selected/expunge.h"

namespace mailctl::imap {

/// RFC 3501 §6.4.2: no EXPUNGE responses are sent. Without the right nothing is expunged, and that
/// is no failure (RFC 4314 §4).
Awaitable<Completion> on_close(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY_VOID(invocation.args.end());
    std::string code;
    if (session.view->may(store::MailboxRight::Expunge)) {
        auto uids = session.view->uids();
        const auto expunged = co_await expunge_deleted(session, std::move(uids));
        if (!expunged && expunged.error().code() != Errc::NotFound) // deleted by another session
            co_return refuse(expunged.error());
        if (expunged && *expunged && session.has_qresync) // RFC 7162 §3.2.8
            code = co_await highest_mod_seq(session);
    }
    session.select(nullptr);
    co_return Completion::ok(std::move(code), "CLOSE completed");
}

/// RFC 3691 §2.
Completion on_unselect(Session& session, Invocation& invocation)
{
    PARSE_TRY_VOID(invocation.args.end());
    session.select(nullptr);
    return Completion::ok("UNSELECT completed");
}

} // namespace mailctl::imap
