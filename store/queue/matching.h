// Which entries a filter means, and where to look for them.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "store/queue.h"

namespace mailctl::store {

/// Queue: recipients that are not done with count, and the state. History: all recipients.
enum class Among { Queue, History };

bool matches(const QueueFilter& filter, const QueueEntry& entry, Time now, Among among);
/// Whether it is one that the filter's recipient words mean.
bool matches_recipient(const QueueFilter& filter, const QueueRecipient& recipient);

/// The index that holds everything in the queue that the filter can match, and least besides.
std::string index_for(const QueueFilter& filter);

} // namespace mailctl::store
