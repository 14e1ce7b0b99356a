// A quick look over a header: which fields, how often.
#pragma once

#include <cstddef>
#include <string_view>

namespace mailctl::smtp {

struct HeaderScan {
    unsigned received = 0; ///< hops: RFC 5321 §6.3
    unsigned from = 0;
    unsigned forwards = 0; ///< the largest Forward-Count
    bool has_date = false, has_message_id = false;
    bool starts_with_field = false; ///< false: the text begins without a header
};

HeaderScan scan_header(std::string_view header);

/// Where the header ends, after its blank line; npos: not yet. `from`: how much was looked at.
std::size_t find_header_end(std::string_view text, std::size_t from);

} // namespace mailctl::smtp
