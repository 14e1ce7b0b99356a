// Identifiers of access control lists as clients write them.
#pragma once

#include <string>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/server/session.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::imap {

inline constexpr std::size_t kMaxIdentifierOctets = 320; ///< an address has 320 at most

/// "anyone", "@example.org" (every user of a domain), or the address of a user or an alias; without
/// "@", a local part of the user's own domain. Negative rights do not exist here: an entry of fewer
/// rights for somebody more specific does the same (RFC 4314 §2).
/// Errors: Invalid (empty, too long, control characters).
Result<> check_identifier(std::string_view identifier);

/// Errors: Invalid, NotFound (nobody there), those of the directory.
Awaitable<Result<store::AclSubject>> subject_for(Session& session, std::string identifier);

/// The identifier of the mailbox's owner. Errors: those of the directory.
Awaitable<Result<std::string>> owner_of(Session& session, const Located& located);

} // namespace mailctl::imap
