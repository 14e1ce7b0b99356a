// STARTTLS: the rest of the session is encrypted.
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// RFC 3501 §6.2.1. What the client sent behind the command is thrown away: it may be another's.
Awaitable<Completion> on_starttls(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY_VOID(invocation.args.end());
    if (session.stream->tls())
        co_return Completion::bad("TLS is on already");
    if (!may_start_tls(session))
        co_return Completion::no("CANNOT", "TLS is not offered here");
    session.out.append(invocation.tag).append(" OK Begin TLS negotiation now\r\n");
    co_await flush(session);
    session.reader.discard();
    co_await session.stream->start_tls(session.services->tls);
    session.info->set_tls(session.stream->tls());
    co_return Completion::sent();
}

} // namespace mailctl::imap
