// Tells users by mail that their mailbox fills up. QTA-03
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/delivery/services.h"
#include "store/account.h"
#include "store/directory.h"

namespace mailctl::keeping {

/// How far usage must fall below a level before it can be told again.
inline constexpr unsigned kRearmPercent = 5;

/// Of the limit that is nearest; nullopt: there is none. May be over 100.
std::optional<unsigned> percent_used(const store::Usage& usage, const store::Usage& limits);

/// The highest level that is reached; 0: none.
unsigned level_reached(const std::vector<std::string>& levels, unsigned percent);

/// What is left of a level that was told once usage is at `percent`: itself, or the highest that is
/// not kRearmPercent above it; 0: none.
unsigned level_kept(const std::vector<std::string>& levels, unsigned told, unsigned percent);

/// Looks at an account and tells its user, once, of the highest level that is reached, in place of
/// what was told before; forgets the levels that it fell well below of, now or at `lowest`, the
/// least percentage since the last look. The account remembers what was told.
/// Threads: one look at an account at a time.
/// Errors: those of the store; Unavailable.
Awaitable<Result<>> look_at_quota(const delivery::Services& services, AccountId id,
                                  unsigned lowest = std::numeric_limits<unsigned>::max());

} // namespace mailctl::keeping
