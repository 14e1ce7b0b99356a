// When a message is tried again, and when it is given up. Pure.
#pragma once

#include <chrono>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/route/route.h"
#include "store/queue.h"

namespace mailctl::queue {

/// The wait after this many attempts (from 1): the list's, its last one again and again, made
/// longer or shorter by up to `jitter_percent`.
milliseconds retry_wait(const std::vector<milliseconds>& retry, unsigned attempts,
                        unsigned jitter_percent, Random& random);

/// The instant at which an entry is given up.
Time expiry_of(const store::QueueEntry& entry, const route::Choice& choice);

/// Whether the sender of a recipient that still waits is to be told so for the first time.
bool is_delay_due(const store::QueueEntry& entry, const store::QueueRecipient& recipient,
                  const route::Choice& choice, Time now);
/// The same after an attempt that failed: again too, where the settings say so.
bool is_delay_told(const store::QueueEntry& entry, const store::QueueRecipient& recipient,
                   const route::Choice& choice, Time now);

} // namespace mailctl::queue
