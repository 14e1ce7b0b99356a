// SASLprep: one form for passwords that look the same. RFC 4013.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::crypto {

/// The prepared form of a UTF-8 text, unassigned code points let through (a query, RFC 3454 §7).
/// Errors: Invalid (not UTF-8, prohibited characters such as controls, mixed directions).
Result<std::string> saslprep(std::string_view text);

} // namespace mailctl::crypto
