// Well-formed UTF-8, as RFC 3629 defines it.
#pragma once

#include <string_view>

namespace mailctl::utf8 {

/// The octets of the well-formed character at the start of `text`; 0 where there is none
/// (overlong, surrogate, past U+10FFFF, cut short, or `text` is empty). RFC 3629 §4.
unsigned octets_of_first(std::string_view text);

/// True where all of `text` is well-formed.
bool is_valid(std::string_view text);

} // namespace mailctl::utf8
