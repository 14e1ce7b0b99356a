// Comparing secrets without telling by the time it takes where they differ.
#pragma once

#include <string_view>

namespace mailctl::crypto {

/// True where both are the same octets; the time depends on the lengths only.
bool equals_in_constant_time(std::string_view a, std::string_view b);

} // namespace mailctl::crypto
