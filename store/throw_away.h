// Into the mailbox with the role Trash instead of out of the account. IMA-07
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/account.h"

namespace mailctl::store {

/// Moves messages into Trash, which is made where there is none, without their \Deleted: nobody
/// there asked for them to be expunged. Messages of Trash itself are expunged, and so are those of
/// which Trash has a copy already, from clients that copy and then delete. Missing UIDs are skipped.
/// Errors: NotFound (the mailbox), those of create_mailbox.
Awaitable<Result<>> throw_away(Account& account, MailboxId box, std::vector<Uid> uids);

} // namespace mailctl::store
