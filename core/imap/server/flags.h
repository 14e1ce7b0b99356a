// Flags between the store's bits and the wire's names.
#pragma once

#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/flag_list.h"
#include "core/imap/server/session.h"
#include "store/flags.h"

namespace mailctl::imap {

/// Appends "(\Seen \Recent $Forwarded)".
void put_flags(std::string& out, const store::Flags& flags, bool is_recent,
               const std::vector<std::string>& keywords);

/// FLAGS and PERMANENTFLAGS of the selected mailbox. RFC 3501 §7.1, §7.2.6.
void put_flag_responses(Session& session, const std::vector<std::string>& keywords);
/// The same where there are keywords that the client was not told of.
void put_new_keywords(Session& session, const std::vector<std::string>& keywords);

/// Bits for the names; new keywords are made. Errors: OverQuota (no room for another keyword).
Awaitable<Result<store::Flags>> intern_flags(store::Account& account, FlagList list);
/// Bits for the names that are known; others are left out: there is nothing to remove.
Awaitable<Result<store::Flags>> known_flags(store::Account& account, FlagList list);

} // namespace mailctl::imap
