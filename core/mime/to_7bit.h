// A message made fit for transports that take nothing but lines of ASCII.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::mime {

/// The message with each part that holds 8-bit octets, NULs, bare CR or LF, or lines over 998
/// octets in quoted-printable or base64, so that decoding gives the same content; all else stays
/// as it was, header fields too, whatever their octets. RFC 6152 §3, RFC 2045 §6.
/// Errors: Invalid (a part that may not be encoded: signed or encrypted, message/partial, one
/// whose encoding is not what it says, or 8-bit octets between parts).
Result<std::string> to_7bit(std::string_view message);

/// True where `body` may go as 7bit: RFC 2045 §2.7.
bool is_7bit(std::string_view body);

} // namespace mailctl::mime
