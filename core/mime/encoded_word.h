// Header text as people read it.
#pragma once

#include <string>
#include <string_view>

namespace mailctl::mime {

/// The value, unfolded, its encoded-words decoded (RFC 2047 §6), as UTF-8. An encoded-word whose
/// character set is unknown stays as it is; raw 8-bit text is UTF-8 or else windows-1252.
std::string decode_header_text(std::string_view value);

/// Nothing in it stands for something else, as in most values: but for blanks around it, it is its
/// own decoded form.
bool is_plain(std::string_view value);

} // namespace mailctl::mime
