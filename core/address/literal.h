// Address literals: "[192.0.2.1]", "[IPv6:2001:db8::1]".
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::address {

/// The literal with its brackets in one form: numbers without leading zeros, RFC 5952 for IPv6.
/// RFC 5321 §4.1.3, but: no tag other than IPv6 is registered, so none is taken.
/// Errors: Invalid.
Result<std::string> canonical_literal(std::string_view text);

} // namespace mailctl::address
