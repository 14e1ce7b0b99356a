// Which mailboxes new accounts have besides INBOX.
#pragma once

#include <string>
#include <vector>

namespace mailctl::store {

class Store;

/// Drafts, Sent, Junk, Trash and Archive. A new account's mailbox of one of these names has the role
/// that goes with it (RFC 6154 §2); others have none.
std::vector<std::string> usual_mailboxes();

/// Accounts made from here on have these; before, the usual ones. A name that no mailbox can have
/// is passed over: the settings refuse it. Threads: any.
void use_first_mailboxes(Store& store, std::vector<std::string> names);

} // namespace mailctl::store
