// The first argument of FETCH, STORE, COPY and MOVE.
#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// SP set SP: the UIDs it names, ascending. Unknown UIDs are left out (RFC 3501 §6.4.8); a message
/// number past the end is an error (§9, seq-number). Errors: Invalid.
Result<std::vector<Uid>> parse_messages(const Session& session, Invocation& invocation);

} // namespace mailctl::imap
