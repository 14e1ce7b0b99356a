// CHECK: nothing is ever pending here, so it is NOOP.
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// RFC 3501 §6.4.1.
Completion on_check(Session&, Invocation& invocation)
{
    PARSE_TRY_VOID(invocation.args.end());
    return Completion::ok("CHECK completed");
}

} // namespace mailctl::imap
