// Forms of texts by which collations compare them.
#include "core/mime/collation.h"

#include "core/base/ascii.h"
#include "core/mime/casemap.h"
#include "core/mime/charset.h"

namespace mailctl::mime {

std::string search_form(Collation collation, std::string_view utf8)
{
    switch (collation) {
    case Collation::AsciiCasemap: // RFC 4790 §9.2
        return ascii::upper(utf8);
    case Collation::Octet: // RFC 4790 §9.3
        return std::string(utf8);
    case Collation::UnicodeCasemap:
        break;
    }
    return fold_case(utf8);
}

std::string sort_form(Collation collation, std::string_view utf8)
{
    return collation == Collation::UnicodeCasemap ? casemap(utf8) : search_form(collation, utf8);
}

} // namespace mailctl::mime
