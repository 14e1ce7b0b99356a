// An account in the wrong hands: it is locked and its mail held, and both can be undone. ABU-09
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/abuse/detection.h"
#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "store/directory.h"
#include "store/queue.h"

namespace mailctl::abuse {

/// "contained: ann@example.org", in the reasons of all that was done to the account.
std::string containment_mark(std::string_view user);
/// "mass mail of ann@example.org: equal_subjects", in the reasons of mail that a detection holds.
std::string detection_mark(std::string_view user, Detection detection);
/// What all marks of a user's detections begin with.
std::string detection_marks(std::string_view user);

/// No login and no sending any more; mail still arrives, which is not its sender's fault. What it
/// was before is kept for undo_containment, also where it is contained already.
/// Errors: Denied (removed), Invalid (the reason is too long).
Result<> contain(store::User& user, std::string_view reason, Time now);
/// Errors: NotFound (it is not contained).
Result<> undo_containment(store::User& user);

/// Entries of one user that are looked at for their subjects.
inline constexpr std::uint32_t kMaxLookedAt = 10'000;

/// Holds what a user has in the queue. `subject` not 0: only messages of that digest, and of so many.
/// Gives how many it held. Errors: Unavailable.
Awaitable<Result<std::uint64_t>> hold_queued(store::Queue& queue, std::string user,
                                             std::string mark, std::uint64_t subject = 0);
/// Releases what is held for a reason that begins with `mark`. Gives how many. Errors: Unavailable.
Awaitable<Result<std::uint64_t>> release_queued(store::Queue& queue, std::string user,
                                                std::string mark);

} // namespace mailctl::abuse
