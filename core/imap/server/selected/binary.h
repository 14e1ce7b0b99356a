// BINARY: parts without their transfer encoding.
#pragma once

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/fetch_items.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// Writes BINARY[...] or BINARY.SIZE[...] of one message. The part is decoded twice, once for its
/// size; memory is one chunk. A missing part is NIL. RFC 3516 §4.2, RFC 9051 §6.4.5
/// Errors: Invalid (a transfer encoding that nobody knows: NIL was written), those of read_body.
Awaitable<Result<>> send_binary(Session& session, const FetchItem& item, const store::Email& email);

} // namespace mailctl::imap
