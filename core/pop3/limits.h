// What one POP3 session may ask of the server's memory and patience.
#pragma once

#include <chrono>
#include <cstddef>

namespace mailctl::pop3 {

/// Of a command line without CRLF. RFC 2449 §4, but: 255 would cut long passwords.
inline constexpr std::size_t kMaxCommandOctets = 2048;
/// Of a SASL response in base64, without CRLF. RFC 5034 §4 leaves it to the mechanism; as SMTP's.
inline constexpr std::size_t kMaxSaslOctets = 12288;
/// Output gathered before it is written, and memory a quiet session keeps.
inline constexpr std::size_t kMaxPendingOctets = 64 * 1024;
/// How long the last reply may take to go out.
inline constexpr std::chrono::milliseconds kGoodbye = std::chrono::seconds(5);

} // namespace mailctl::pop3
