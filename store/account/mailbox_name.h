// Names of mailboxes: which are allowed, and how they nest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::store {

inline constexpr std::string_view kInbox = "INBOX";

/// The name as it is stored: INBOX in upper case, alone and as the first level.
/// RFC 9051 §5.1
std::string canonical_mailbox_name(std::string_view name);

/// Errors: Invalid (empty, an empty level, not UTF-8, a control character, "*" or "%", over
/// kMaxMailboxNameOctets or kMaxMailboxDepth).
Result<> check_mailbox_name(std::string_view name);

/// The names above it, shortest first: "a/b/c" has "a" and "a/b".
std::vector<std::string> parents_of(std::string_view name);

/// True where `name` is below `parent`.
bool is_below(std::string_view name, std::string_view parent);

/// The seconds of the time, or one more than the last one given out: a name that is used again
/// must have a greater one (RFC 9051 §2.3.1.1).
std::uint32_t uid_validity_at(Time now, std::uint32_t last);

} // namespace mailctl::store
