// Making mailboxes inside a change.
#pragma once

#include <string>
#include <string_view>

#include "store/account/change.h"

namespace mailctl::store {

/// A new mailbox of that name, which must be allowed and not taken. Errors: OverQuota.
Result<MailboxInfo*> make_mailbox(Change& change, std::string name, SpecialUse role);

/// Makes the missing ones among the names above it. RFC 9051 §6.3.4. Errors: OverQuota.
Result<> make_parents(Change& change, std::string_view name);

} // namespace mailctl::store
