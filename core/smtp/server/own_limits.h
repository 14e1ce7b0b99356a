// What one login may send: the limits of its user and its domain.
#pragma once

#include <cstdint>

#include "core/base/awaitable.h"
#include "core/base/result.h"

namespace mailctl::smtp {

class Session;

/// Limits of one message; 0: none.
struct OwnLimits {
    std::uint64_t octets = 0;
    std::uint64_t recipients = 0;
};

/// Puts the smaller ones of the login's user and domain into the session. SMTP-09, SMTP-10
/// Errors: Unavailable, Corrupt.
Awaitable<Result<>> read_own_limits(Session& s);

} // namespace mailctl::smtp
