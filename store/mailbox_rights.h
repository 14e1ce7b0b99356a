// What somebody may do in a mailbox. RFC 4314 §2.1
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::store {

/// A bit each. DO NOT CHANGE: on disk since 0.1
enum class MailboxRight : std::uint16_t {
    Lookup = 1,           ///< l
    Read = 2,             ///< r
    Seen = 4,             ///< s
    Write = 8,            ///< w: flags but \Seen and \Deleted
    Insert = 16,          ///< i
    Post = 32,            ///< p: send mail to it
    Create = 64,          ///< k: mailboxes below it
    Delete = 128,         ///< x: the mailbox
    DeleteMessages = 256, ///< t: \Deleted
    Expunge = 512,        ///< e
    Administer = 1024,    ///< a
};

/// A set of rights.
struct MailboxRights {
    std::uint16_t bits = 0;

    constexpr MailboxRights() = default;
    constexpr MailboxRights(MailboxRight right) : bits(static_cast<std::uint16_t>(right)) {}
    constexpr explicit MailboxRights(std::uint16_t b) : bits(b) {}

    constexpr bool has(MailboxRight right) const
    {
        return bits & static_cast<std::uint16_t>(right);
    }
    constexpr bool has_any(MailboxRights others) const { return bits & others.bits; }
    constexpr bool has_all(MailboxRights others) const
    {
        return (bits & others.bits) == others.bits;
    }
    constexpr bool is_empty() const { return bits == 0; }
    friend constexpr MailboxRights operator|(MailboxRights a, MailboxRights b)
    {
        return MailboxRights(static_cast<std::uint16_t>(a.bits | b.bits));
    }
    constexpr MailboxRights without(MailboxRights others) const
    {
        return MailboxRights(static_cast<std::uint16_t>(bits & ~others.bits));
    }
    bool operator==(const MailboxRights&) const = default;
};
constexpr MailboxRights operator|(MailboxRight a, MailboxRight b)
{
    return MailboxRights(a) | MailboxRights(b);
}

inline constexpr MailboxRights kAllMailboxRights{std::uint16_t{0x7FF}};

/// "lrswipkxtea", those that are there, in that order.
std::string to_string(MailboxRights rights);
/// The inverse. "c" stands for "kx" and "d" for "te" (RFC 4314 §2.1.1). Errors: Invalid.
Result<MailboxRights> parse_mailbox_rights(std::string_view letters);

} // namespace mailctl::store
