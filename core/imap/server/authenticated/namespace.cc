// NAMESPACE: where mailboxes live.
#include "core/imap/server/commands.h"
#include "core/imap/write.h"

namespace mailctl::imap {

/// RFC 2342 §5: one personal namespace, none of other users, none shared.
Completion on_namespace(Session& session, Invocation& invocation)
{
    PARSE_TRY_VOID(invocation.args.end());
    session.out += "* NAMESPACE ((\"\" ";
    put_string(session.out, std::string(1, session.delimiter()));
    session.out += ")) NIL NIL\r\n";
    return Completion::ok("NAMESPACE completed");
}

} // namespace mailctl::imap
