// What EXPUNGE and CLOSE share.
#pragma once

#include <vector>

#include "core/base/awaitable.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// Removes those of the ascending UIDs that carry \Deleted; gives whether there were any.
/// Errors: those of the store.
Awaitable<Result<bool>> expunge_deleted(Session& session, std::vector<Uid> uids);

} // namespace mailctl::imap
