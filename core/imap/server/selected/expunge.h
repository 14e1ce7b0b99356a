// What EXPUNGE, CLOSE and DELETE share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// Removes those of the ascending UIDs that carry \Deleted; gives whether there were any.
/// Errors: those of the store.
Awaitable<Result<bool>> expunge_deleted(Session& session, std::vector<Uid> uids);

/// What the user deleted, for its record.
struct Deletion {
    std::string what; ///< "expunged", "thrown away", "mailbox deleted"
    std::string mailbox;
    std::uint64_t messages = 0, octets = 0;
    Deletion() = default; // no aggregate: it is passed by value to a coroutine
};
/// Records it where user.activity_log says so. LOG-13
Awaitable<> record_deletion(Session& session, Deletion what);

} // namespace mailctl::imap
