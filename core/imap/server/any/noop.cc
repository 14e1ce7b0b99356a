// NOOP: tells what changed, as every command does.
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// RFC 3501 §6.1.2.
Completion on_noop(Session&, Invocation& invocation)
{
    PARSE_TRY_VOID(invocation.args.end());
    return Completion::ok("NOOP completed");
}

} // namespace mailctl::imap
