// Address literals that name this machine.
#pragma once

#include <string_view>

namespace mailctl::delivery {

/// True where "[192.0.2.1]" or "[IPv6:2001:db8::1]" is an address of one of this machine's
/// interfaces. RFC 5321 §4.1.3
bool is_own_literal(std::string_view literal);

} // namespace mailctl::delivery
