// The rows of the queue: their keys.
//
// One entry, in the shard that the last bits of its id name:
//   e ID              the entry, with its recipients where they are few; without its body
//   r ID NUMBER       its recipients where they are many, as many a row as fit
//   y BLOB            its body, where it is small (store/body_codec.h)
//   t TIME ID         by next attempt (nothing held); the domains that are due
//   k ID              entries held, or with held recipients
//   d DOMAIN 0 ID     by domain of recipients that are not done with, one a domain
//   s SENDER 0 ID     by sender
//   a LOGIN 0 ID      by the login that submitted it
//   i DELIVERY        the id of the entry that a delivery made
//   l ID TIME NUMBER  an attempt at delivering it
//   z ID              a body to be given up: the entry is gone
//   x ID              an entry that does not decode, set aside by a repair
//   h ~TIME ID        what became of an entry that is gone, by inverted time: latest first
//   h ~TIME ID NUMBER more of its recipients, where they are many
//   f ID              where that is
// In the server's partition: "queue rule NUMBER", "queue next rule", "queue paused".
// DO NOT CHANGE: on disk since 0.1
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace mailctl::store::keys {

inline constexpr std::uint16_t kQueueShards = 16;

std::uint16_t queue_shard(QueueId id);
/// The same id in the shard of a delivery id, so that a repetition finds it.
QueueId placed_by(QueueId id, std::string_view delivery_id);

std::string queue_entry(QueueId id);
std::string queue_recipients(QueueId id); ///< prefix of all rows
std::string queue_recipients(QueueId id, std::uint16_t number);
std::string queue_due(Time next_attempt, QueueId id);
/// Errors: Corrupt.
Result<Time> queue_due_time(std::string_view key);
std::string queue_held(QueueId id);
std::string queue_by_domain(std::string_view domain); ///< prefix; the id follows
std::string queue_by_sender(std::string_view sender);
std::string queue_by_account(std::string_view account);
std::string queue_delivery(std::string_view delivery_id);
std::string queue_attempts(QueueId id); ///< prefix of all rows
std::string queue_attempt(QueueId id, Time start, std::uint16_t number);
std::string queue_release(QueueId id);
std::string queue_history(Time finished, QueueId id); ///< also the prefix of what goes on
std::string queue_history(std::string_view first, std::uint16_t number);
/// Whether it is the first row of its entry.
bool is_first_history(std::string_view key);
/// Errors: Corrupt.
Result<Time> queue_finished(std::string_view history_key);
std::string queue_history_place(QueueId id);

inline constexpr std::string_view kQueueEntryPrefix = "e";
inline constexpr std::string_view kQueueDuePrefix = "t";
inline constexpr std::string_view kQueueHeldPrefix = "k";
inline constexpr std::string_view kQueueAttemptPrefix = "l";
inline constexpr std::string_view kQueueReleasePrefix = "z";
inline constexpr std::string_view kQueueDamagedPrefix = "x";
inline constexpr std::string_view kQueueHistoryPrefix = "h";
inline constexpr std::string_view kQueueHistoryPlacePrefix = "f";

inline constexpr std::string_view kQueueRulePrefix = "queue rule ";
std::string queue_rule(std::uint64_t number);
/// Errors: Corrupt.
Result<std::uint64_t> queue_rule_number(std::string_view key);
inline constexpr std::string_view kQueueNextRule = "queue next rule";
inline constexpr std::string_view kQueuePaused = "queue paused";

/// `prefix` and an id; and the id at the end of a key. Errors: Corrupt (too short).
std::string with_queue_id(std::string_view prefix, QueueId id);
Result<QueueId> queue_id_of(std::string_view key);
/// The id at a place further in front. Errors: Corrupt.
Result<QueueId> queue_id_at(std::string_view key, std::size_t offset);

} // namespace mailctl::store::keys
