// A mailbox in which everybody has a \Seen of their own. RFC 4314 §5.2
#pragma once

#include <memory>

#include "core/base/ids.h"
#include "store/account.h"

namespace mailctl::store {

/// The account as one reader sees it who is not its owner: \Seen of a message is what this reader
/// has seen, and changing it changes nothing for others. Everything else is the account's. Counts
/// of unseen messages in MailboxInfo are the owner's: reading the rows tells the reader's.
/// For mailboxes whose list says so (Acl::own_seen).
std::shared_ptr<Account> with_own_seen(std::shared_ptr<Account> account, AccountId reader);

} // namespace mailctl::store
