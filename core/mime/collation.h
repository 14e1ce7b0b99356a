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

} // namespace mailctl::mime
