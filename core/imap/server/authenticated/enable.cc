// ENABLE: a client asks for extensions that change what the server sends.
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// RFC 5161 §3.1. Unknown names are ignored; no extension offered here needs enabling.
Completion on_enable(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    PARSE_TRY_VOID(args.space());
    do {
        PARSE_TRY_VOID(args.atom());
    } while (args.accept(' '));
    PARSE_TRY_VOID(args.end());
    session.out += "* ENABLED\r\n";
    return Completion::ok("ENABLE completed");
}

} // namespace mailctl::imap
