// Where addresses stand in a header.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace mailctl::smtp {

/// One addr-spec: "ann@example.org" of "Ann <ann@example.org>".
struct AddressSpan {
    std::size_t offset = 0, length = 0;
};

/// The addr-specs in the named fields, ascending. RFC 5322 §3.4. Display names, comments and quoted
/// strings that only look like addresses are passed over, and so are the obsolete forms with blanks
/// around "@" (RFC 5322 §4.4).
std::vector<AddressSpan> address_spans(std::string_view header,
                                       std::span<const std::string_view> fields);

} // namespace mailctl::smtp
