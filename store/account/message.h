// What the operations on messages share: counting, finding and giving up.
#pragma once

#include <vector>

#include "store/account.h"
#include "store/account/change.h"

namespace mailctl::store {

/// Messages that one commit expunges, copies, moves or flags: their rows fit into a batch.
inline constexpr std::uint32_t kMessagesAtOnce = 150;

/// Adds a message to the mailbox's sums, its next UID and its mod-sequence.
void count_in(MailboxInfo& box, const MessageRow& row);
/// Takes a message out of the mailbox's sums.
void count_out(MailboxInfo& box, const MessageRow& row);

/// The rows of those UIDs that exist, ascending. Errors: Corrupt, Unavailable.
Awaitable<Result<std::vector<MessageRow>>> find_messages(Change& change, MailboxId box,
                                                         std::vector<Uid> uids);

/// One message less names each of the emails; those that none names any more go, with their
/// bodies. `ids` may repeat.
Awaitable<Result<>> drop_emails(Change& change, std::vector<EmailId> ids);

/// One message more names each of the emails.
Awaitable<Result<>> use_emails(Change& change, std::vector<EmailId> ids);

} // namespace mailctl::store
