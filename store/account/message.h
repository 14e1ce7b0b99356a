// What the operations on messages share: counting, finding and giving up.
#pragma once

#include <vector>

#include "store/account.h"
#include "store/account/change.h"

namespace mailctl::store {

/// Messages that one commit expunges or brings back: the rows of their emails fit into a batch.
inline constexpr std::uint32_t kMessagesAtOnce = 150;
/// Messages that one commit flags, and pages that they may be in: pages and log entry fit.
inline constexpr std::size_t kFlaggedAtOnce = 16'384;
inline constexpr std::size_t kFlaggedPagesAtOnce = 1000;

/// Adds a message to the mailbox's sums, its next UID and its mod-sequence.
void count_in(MailboxInfo& box, const MessageRow& row);
/// Takes a message out of the mailbox's sums.
void count_out(MailboxInfo& box, const MessageRow& row);

/// Those that one commit may flag, from `at` on. Order: ascending.
std::vector<Uid> flagged_at_once(const std::vector<Uid>& uids, std::size_t at);

/// The rows of those UIDs that exist, ascending. Errors: Corrupt, Unavailable.
Awaitable<Result<std::vector<MessageRow>>> find_messages(Change& change, MailboxId box,
                                                         std::vector<Uid> uids);

/// One message less names each of the emails; those that none names any more go, with their
/// bodies. `ids` may repeat.
Awaitable<Result<>> drop_emails(Change& change, std::vector<EmailId> ids);

/// One message more names each of the emails.
Awaitable<Result<>> use_emails(Change& change, std::vector<EmailId> ids);

} // namespace mailctl::store
