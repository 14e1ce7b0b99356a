// Flags and keywords of a message.
#pragma once

#include <array>
#include <cstdint>

namespace mailctl::store {

/// RFC 9051 §2.3.2. DO NOT CHANGE: on disk since 0.1
enum class SystemFlag : std::uint8_t {
    Seen = 1,
    Answered = 2,
    Flagged = 4,
    Deleted = 8,
    Draft = 16,
};

/// Keywords an account may have in all its mailboxes together.
inline constexpr unsigned kMaxKeywords = 128;

/// The system flags and a bit for each keyword of the account (Account::keywords).
struct Flags {
    std::uint8_t system = 0;
    std::array<std::uint64_t, 2> keywords{};

    bool has(SystemFlag flag) const { return system & static_cast<std::uint8_t>(flag); }
    void set(SystemFlag flag) { system |= static_cast<std::uint8_t>(flag); }
    void clear(SystemFlag flag) { system &= static_cast<std::uint8_t>(~static_cast<std::uint8_t>(flag)); }
    bool has_keyword(unsigned index) const { return keywords[index / 64] >> (index % 64) & 1; }
    void set_keyword(unsigned index) { keywords[index / 64] |= std::uint64_t{1} << (index % 64); }
    void clear_keyword(unsigned index) { keywords[index / 64] &= ~(std::uint64_t{1} << (index % 64)); }
    bool operator==(const Flags&) const = default;
};

/// How STORE changes flags. RFC 9051 §6.4.6
enum class FlagChange { Replace, Add, Remove };

} // namespace mailctl::store
