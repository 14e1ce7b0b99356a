// One pass over octets: lines, 8-bit, NUL.
#pragma once

#include <cstdint>
#include <string_view>

namespace mailctl::mime {

struct OctetCount {
    std::uint64_t line_feeds = 0;
    bool has_8bit = false;
    bool has_nul = false;
};

/// Sixteen octets at a time.
OctetCount count_octets(std::string_view octets);

} // namespace mailctl::mime
