// Text folded for comparing and ordering as IMAP asks for it.
#pragma once

#include <string>
#include <string_view>

namespace mailctl::mime {

/// i;unicode-casemap of RFC 5051 §2: every character in title case, then decomposed. Two texts are
/// equal, or in order, as their octets are. What is not UTF-8 becomes U+FFFD.
std::string casemap(std::string_view utf8);

} // namespace mailctl::mime
