// Base64: octets as text and back, strictly. RFC 4648 §4.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::crypto {

/// With padding, in one line.
std::string encode_base64(std::string_view octets);

/// Takes nothing but the canonical form: RFC 4648 §3.3 (no foreign characters, no line breaks),
/// §3.5 (spare bits are zero), padding present. Errors: Invalid.
Result<std::string> decode_base64(std::string_view text);

} // namespace mailctl::crypto
