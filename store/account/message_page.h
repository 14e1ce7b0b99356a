// Message rows as they are stored: packed, many in one row of the engine.
//
// A mailbox of 200,000 messages is 1,600 rows to read, and a command on all of them as many to
// write; a change of one message writes its page, a kilobyte or two.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/account.h"

namespace mailctl::store {

/// UIDs of one page. DO NOT CHANGE: on disk since 0.1
inline constexpr std::uint32_t kPageUids = 128;

inline std::uint32_t page_of(Uid uid)
{
    return value_of(uid) / kPageUids;
}

/// Rows of one page, at least one, UIDs ascending.
std::string encode_page(std::span<const MessageRow> rows);
/// Appends the rows of a page to `rows`. Errors: Corrupt.
Result<> decode_page(std::uint32_t page, std::string_view stored, std::vector<MessageRow>& rows);

/// What becomes of one message.
struct MessageChange {
    MailboxId mailbox{};
    Uid uid{};
    bool is_gone = false;
    MessageRow row; ///< where it is not gone
};

/// The rows of a page with the changes made. Order: both by UID, no UID twice.
std::vector<MessageRow> with_changes(const std::vector<MessageRow>& rows, std::span<const MessageChange> changes);

} // namespace mailctl::store
