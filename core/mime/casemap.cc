// i;unicode-casemap by ICU.
#include "core/mime/casemap.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::mime {
namespace {

constexpr std::size_t kPieceOctets = 1 << 20; // ICU counts in 32 bits

/// RFC 5051 §2, step 2: one character for one.
std::string to_title(std::string_view utf8)
{
    std::string out;
    const auto size = static_cast<std::int32_t>(utf8.size());
    for (std::int32_t at = 0; at < size;) {
        UChar32 character = 0;
        U8_NEXT_OR_FFFD(utf8.data(), at, size, character);
        char octets[U8_MAX_LENGTH];
        std::int32_t length = 0;
        U8_APPEND_UNSAFE(octets, length, u_totitle(character));
        out.append(octets, static_cast<std::size_t>(length));
    }
    return out;
}

} // namespace

std::string casemap(std::string_view utf8)
{
    utf8 = utf8.substr(0, kPieceOctets);
    if (std::none_of(utf8.begin(), utf8.end(), ascii::is_8bit))
        return ascii::upper(utf8);
    UErrorCode status = U_ZERO_ERROR;
    const auto* decomposition = icu::Normalizer2::getNFKDInstance(status);
    const auto title = to_title(utf8);
    if (U_FAILURE(status))
        return title;
    std::string out;
    icu::StringByteSink<std::string> sink(&out);
    decomposition->normalizeUTF8(
        0, icu::StringPiece(title.data(), static_cast<int>(title.size())), sink, nullptr, status);
    return out;
}

} // namespace mailctl::mime
