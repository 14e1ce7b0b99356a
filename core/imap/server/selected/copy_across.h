// Copies messages to where one commit cannot: another user's mailbox.
#pragma once

#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/server/session.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::imap {

/// Copies messages of the selected mailbox with their dates and those flags that the user may set in
/// the target (RFC 4314 §4). All or none: what was copied before a failure is taken away again
/// (RFC 3501 §6.4.7). Memory: one chunk of a body. Errors: NotFound (the target is gone), OverQuota,
/// those of the store.
Awaitable<Result<store::Copied>> copy_across(Session& session, std::vector<Uid> uids,
                                             const Located& target);

} // namespace mailctl::imap
