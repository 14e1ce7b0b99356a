// Typed identifiers. Never bare integers, never reused.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl {

enum class AccountId : std::uint64_t {}; ///< a user's account, survives renames
enum class MailboxId : std::uint32_t {}; ///< within one account
enum class Uid : std::uint32_t {};       ///< RFC 9051 §2.3.1.1
enum class ModSeq : std::uint64_t {};    ///< RFC 7162 §3.1; one sequence an account
enum class EmailId : std::uint64_t {};   ///< within one account, survives moves
enum class ThreadId : std::uint64_t {};  ///< within one account
enum class QueueId : std::uint64_t {};   ///< time-ordered: 44-bit ms time, 20 random bits

template <class Id>
constexpr auto value_of(Id id)
{
    return static_cast<std::underlying_type_t<Id>>(id);
}

/// Names an immutable body: 6 octets of time in ms (big-endian) and 10 random octets.
struct BlobId {
    std::array<std::uint8_t, 16> octets{};
    auto operator<=>(const BlobId&) const = default;
    std::string_view view() const
    {
        return {reinterpret_cast<const char*>(octets.data()), octets.size()};
    }
};

/// "u_" and 16 hexadecimal digits; the form in which people see an account id.
std::string to_string(AccountId id);
/// "q_" and 16 hexadecimal digits.
std::string to_string(QueueId id);
/// 32 hexadecimal digits.
std::string to_string(const BlobId& id);

/// Errors: Invalid (not the form that to_string gives).
Result<AccountId> parse_account_id(std::string_view text);
Result<QueueId> parse_queue_id(std::string_view text);
Result<BlobId> blob_id_from(std::string_view sixteen_octets);

} // namespace mailctl
