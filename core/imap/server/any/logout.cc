// LOGOUT: ends the session.
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// RFC 3501 §6.1.3.
Completion on_logout(Session& session, Invocation& invocation)
{
    PARSE_TRY_VOID(invocation.args.end());
    session.view.reset(); // nothing more is told about it
    session.state = State::Logout;
    put_bye(session, "Logging out");
    return Completion::ok("LOGOUT completed");
}

} // namespace mailctl::imap
