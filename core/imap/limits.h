// Limits on what a client may send, apart from those of the settings.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mailctl::imap {

/// All literals of one command before a login: names and passwords, nothing else.
inline constexpr std::uint64_t kPreAuthLiteralOctets = 4096;
/// Octets of one whole command before a login.
inline constexpr std::uint64_t kPreAuthCommandOctets = 8192;
/// A non-synchronizing literal that is refused is read and dropped up to this size; past it the
/// connection ends (RFC 7888 §4).
inline constexpr std::uint64_t kDroppedLiteralOctets = 1024 * 1024;
inline constexpr std::size_t kTagOctets = 64;
inline constexpr std::size_t kSearchKeys = 1000; ///< of one SEARCH
inline constexpr unsigned kSearchDepth = 32;     ///< nested NOT, OR and parentheses
inline constexpr std::size_t kFetchItems = 100;  ///< of one FETCH
inline constexpr std::size_t kSectionNumbers = 32;
inline constexpr std::size_t kFlagsOfOneCommand = 128;
inline constexpr std::size_t kLanguageRanges = 20; ///< of one LANGUAGE
inline constexpr std::size_t kComparatorsAsked = 20; ///< of one COMPARATOR
inline constexpr std::size_t kComparatorOctets = 64; ///< of one name, with wildcards
inline constexpr std::size_t kUrlsOfOneCommand = 100; ///< of one GENURLAUTH or URLFETCH
inline constexpr std::size_t kIdPairs = 30;         ///< RFC 2971 §3.3
inline constexpr std::size_t kIdFieldOctets = 30;   ///< RFC 2971 §3.3
inline constexpr std::size_t kIdValueOctets = 1024; ///< RFC 2971 §3.3
inline constexpr unsigned kFailedLogins = 5;        ///< of one connection

} // namespace mailctl::imap
