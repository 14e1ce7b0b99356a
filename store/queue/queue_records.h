// The rows of the queue: their keys and records.
//
// One entry, in the shard that the last bits of its id name:
//   e ID              the entry, without recipients and body
//   r ID NUMBER       its recipients, as many a row as fit
//   y BLOB            its body, where it is small (store/body_codec.h)
//   t TIME ID         by next attempt (nothing held)
//   d DOMAIN 0 ID     by recipient domain, one a domain
//   s SENDER 0 ID     by sender
//   a LOGIN 0 ID      by the login that submitted it
//   i DELIVERY        the id of the entry that a delivery made
//   z ID              a body to be given up: the entry is gone
// DO NOT CHANGE: on disk since 0.1
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "store/engine.h"
#include "store/queue.h"

namespace mailctl::store {

namespace keys {

inline constexpr std::uint16_t kQueueShards = 16;

std::uint16_t queue_shard(QueueId id);
/// The same id in the shard of a delivery id, so that a repetition finds it.
QueueId placed_by(QueueId id, std::string_view delivery_id);

std::string queue_entry(QueueId id);
std::string queue_recipients(QueueId id); ///< prefix of all rows
std::string queue_recipients(QueueId id, std::uint16_t number);
std::string queue_due(Time next_attempt, QueueId id);
std::string queue_by_domain(std::string_view domain); ///< prefix; the id follows
std::string queue_by_sender(std::string_view sender);
std::string queue_by_account(std::string_view account);
std::string queue_delivery(std::string_view delivery_id);
std::string queue_release(QueueId id);
inline constexpr std::string_view kQueueEntryPrefix = "e";
inline constexpr std::string_view kQueueDuePrefix = "t";
inline constexpr std::string_view kQueueReleasePrefix = "z";

/// `prefix` and an id; and the id at the end of a key. Errors: Corrupt (too short).
std::string with_queue_id(std::string_view prefix, QueueId id);
Result<QueueId> queue_id_of(std::string_view key);

} // namespace keys

/// Without recipients and body.
std::string encode(const QueueEntry& entry);
/// Errors: Corrupt.
Result<QueueEntry> decode_queue_entry(QueueId id, std::string_view record);

/// As many values as are needed, each small enough for a row.
std::vector<std::string> encode_recipients(const std::vector<QueueRecipient>& recipients);
/// Appends those of one row. Errors: Corrupt.
Result<> decode_recipients(std::string_view record, std::vector<QueueRecipient>& out);

std::string encode_body_ref(const BodyRef& body);
/// Errors: Corrupt.
Result<BodyRef> decode_body_ref(std::string_view record);

/// All rows of one entry; what remove takes out again. Inline body apart.
std::vector<Row> rows_of(const QueueEntry& entry);

} // namespace mailctl::store
