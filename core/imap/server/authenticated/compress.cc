// COMPRESS: the rest of the connection is compressed.
#include "core/imap/server/commands.h"
#include "core/net/deflate_stream.h"

namespace mailctl::imap {

/// RFC 4978 §3. It lies under whatever TLS there is, and TLS itself never compresses. It stays for
/// as long as the connection, also over UNAUTHENTICATE and another login.
Awaitable<Completion> on_compress(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY_VOID(invocation.args.space());
    const bool is_known = invocation.args.accept_word("DEFLATE");
    if (!is_known)
        CO_PARSE_TRY_VOID(invocation.args.atom());
    CO_PARSE_TRY_VOID(invocation.args.end());
    if (!is_known)
        co_return Completion::no("CANNOT", "Unknown compression");
    if (session.is_compressed)
        co_return Completion::no("COMPRESSIONACTIVE", "Compression is on already");
    // What follows here was sent before the client could know: it is not compressed.
    if (session.reader.has_buffered())
        co_return Completion::bad("Nothing may follow COMPRESS before its answer");
    session.out.append(invocation.tag).append(" OK Compression starts\r\n");
    co_await flush(session);
    session.stream = net::make_deflate_stream(std::move(session.stream));
    session.reader.read_from(*session.stream);
    session.is_compressed = true;
    co_return Completion::sent();
}

} // namespace mailctl::imap
