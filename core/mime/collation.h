// How texts are compared: collations of RFC 4790 and RFC 5051.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mailctl::mime {

enum class Collation : std::uint8_t {
    UnicodeCasemap, ///< i;unicode-casemap
    AsciiCasemap,   ///< i;ascii-casemap: of letters outside of ASCII each is its own
    Octet,          ///< i;octet, of the UTF-8 form
};

/// `utf8` in a form of which a part holds another text's form where it holds that text. Of
/// UnicodeCasemap it is fold_case, which finds more than RFC 5051 asks for.
std::string search_form(Collation collation, std::string_view utf8);

/// `utf8` in a form whose octets are in the order of the texts, and equal where they are.
std::string sort_form(Collation collation, std::string_view utf8);

} // namespace mailctl::mime
