// xtext: how parameters carry octets that a command line may not hold.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::smtp {

/// Undoes "+HH". RFC 3461 §4: xtext = *( xchar / hexchar ).
/// Errors: Invalid (an octet that must be escaped, or a bad escape).
Result<std::string> decode_xtext(std::string_view text);
std::string encode_xtext(std::string_view octets);

/// Undoes the "\x{HEX}" of utf-8-addr-xtext. RFC 6533 §3.
/// Errors: Invalid (bad escape, or no Unicode scalar value).
Result<std::string> decode_utf8_xtext(std::string_view text);
/// In ASCII, as peers without SMTPUTF8 take it too. What is no UTF-8 becomes U+FFFD.
std::string encode_utf8_xtext(std::string_view text);

} // namespace mailctl::smtp
