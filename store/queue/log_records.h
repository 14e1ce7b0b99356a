// The records of delivery attempts, of history and of standing rules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "store/engine.h"
#include "store/queue.h"

namespace mailctl::store {

std::string encode_attempt(const QueueAttempt& attempt);
/// Errors: Corrupt.
Result<QueueAttempt> decode_attempt(std::string_view record);

/// The rows of what became of an entry: one, and more where it has many recipients. Its prefix is
/// left out, and of too many attempts the middle.
std::vector<Row> history_rows(const QueueEntry& entry, Time finished,
                              std::vector<QueueAttempt> attempts);
/// From the first row. Errors: Corrupt.
Result<QueueHistory> decode_history(const Row& row);

std::string encode_rule(const QueueRule& rule);
/// Errors: Corrupt.
Result<QueueRule> decode_rule(std::uint64_t number, std::string_view record);

} // namespace mailctl::store
