// Sizes that the SMTP standards fix.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mailctl::smtp {

inline constexpr std::size_t kMaxEnvidOctets = 100;           ///< RFC 3461 §4.4
inline constexpr std::size_t kMaxOrcptOctets = 500;           ///< RFC 3461 §4.2
inline constexpr std::size_t kMaxAuthLineOctets = 12'288;     ///< RFC 4954 §4, without CRLF
inline constexpr std::size_t kMaxParameters = 20;             ///< of one MAIL or RCPT

/// A peer that sends this much without a line's end is cut off.
inline constexpr std::size_t kMaxLineWithoutEndOctets = 64 * 1024;
/// Read past the size limit, so that the peer hears 552, before the connection is cut.
inline constexpr std::uint64_t kMaxDrainOctets = 64ULL << 20;

} // namespace mailctl::smtp
