// CAPABILITY: what this server offers now.
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// RFC 3501 §6.1.1.
Completion on_capability(Session& session, Invocation& invocation)
{
    PARSE_TRY_VOID(invocation.args.end());
    session.out.append("* CAPABILITY ").append(capabilities(session)).append("\r\n");
    return Completion::ok("CAPABILITY completed");
}

} // namespace mailctl::imap
