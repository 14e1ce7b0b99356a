// Amounts of octets as people write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl {

/// "25MiB", "10 GB", "512": K, M, G, T with "iB" (1024) or "B" (1000); bare letters are 1024.
/// Errors: Invalid (unit unknown, not a whole number, overflow).
Result<std::uint64_t> parse_octets(std::string_view text);

/// The largest binary unit that loses nothing ("25MiB", "1536KiB"), as parse_octets reads it.
std::string to_text_octets(std::uint64_t octets);

/// For people: three figures ("1.4 GiB").
std::string to_rough_octets(std::uint64_t octets);

} // namespace mailctl
