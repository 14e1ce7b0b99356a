// The records of queue entries, and which rows an entry has.
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

/// An entry as its rows say it.
struct StoredEntry {
    QueueEntry entry;
    std::string record;            ///< of its row, as it is on disk
    std::vector<Row> recipients;   ///< rows of their own, as they are on disk
    bool recipients_apart = false; ///< they have rows of their own
};

/// Makes an entry say what the store keeps: a recipient without a time is due with the entry, and
/// the entry with the first of its recipients.
void settle(QueueEntry& entry);

/// The rows of an entry itself: the first is its own, the others are its recipients', where they
/// are too many for it. The same entry always gives the same octets.
std::vector<Row> entry_rows(const QueueEntry& entry);
/// All rows of one entry; what its leaving takes out again. Body, release and attempts apart.
std::vector<Row> rows_of(const QueueEntry& entry);

/// Without recipients that have rows of their own: decode_recipients adds them. Errors: Corrupt.
Result<StoredEntry> decode_entry(QueueId id, std::string_view record);
/// Appends those of one row. Errors: Corrupt.
Result<> decode_recipients(std::string_view record, QueueEntry& entry);

/// As many values as are needed, each small enough for a row.
std::vector<std::string> encode_recipients(const QueueEntry& entry);

std::string encode_body_ref(const BodyRef& body);
/// Errors: Corrupt.
Result<BodyRef> decode_body_ref(std::string_view record);

/// What stands in the due index: domains of pending recipients and how many each has. Empty: many.
struct DueDomain {
    std::string domain;
    std::uint32_t recipients = 0;
    bool operator==(const DueDomain&) const = default;
};
std::string encode_due(const std::vector<DueDomain>& domains);
/// Errors: Corrupt.
Result<std::vector<DueDomain>> decode_due(std::string_view value);

/// What the index of held entries says where the entry is in the due index too.
inline constexpr std::string_view kHeldInPart = "2";

/// What follows the last "@", in lower case; empty where there is none.
std::string domain_of_recipient(std::string_view address);

} // namespace mailctl::store
