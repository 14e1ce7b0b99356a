// What a standing rule does to an entry.
#pragma once

#include "core/base/clock.h"
#include "store/queue.h"

namespace mailctl::store {

bool is_over(const QueueRule& rule, Time now);

/// Applies it where it matches and is not over. Words about recipients choose which of them it is
/// for; where that is all that are open, it is for the entry. True where it changed something.
bool apply_rule(const QueueRule& rule, QueueEntry& entry, Time now);

} // namespace mailctl::store
