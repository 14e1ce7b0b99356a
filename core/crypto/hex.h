// Octets as hexadecimal digits and back. RFC 4648 §8.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::crypto {

/// Lower-case digits.
std::string encode_hex(std::string_view octets);

/// Takes both cases. Errors: Invalid (odd count, other characters).
Result<std::string> decode_hex(std::string_view text);

} // namespace mailctl::crypto
