// Fuzzes what turns a part's octets into text: pieces of any size give the same as the whole.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "core/base/utf8.h"
#include "core/mime/builder.h"
#include "core/mime/charset.h"
#include "core/mime/content_type.h"
#include "core/mime/encoded_word.h"
#include "core/mime/html_text.h"
#include "core/mime/to_7bit.h"
#include "core/mime/transfer.h"
#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;

namespace {

constexpr std::string_view kCharsets[] = {"utf-8",     "iso-8859-1", "iso-2022-jp", "gb18030",
                                          "shift_jis", "utf-7",      "utf-16",      "koi8-r"};

/// Feeds the octets in pieces.
template <typename Decoder>
std::string fed(Decoder decoder, std::string_view octets, std::size_t piece)
{
    std::string out;
    for (; !octets.empty(); octets.remove_prefix(std::min(piece, octets.size())))
        decoder.feed(octets.substr(0, piece), out);
    decoder.finish(out);
    return out;
}

void check_transfer(std::string_view octets, std::size_t piece)
{
    for (const auto encoding : {mime::TransferEncoding::Base64, mime::TransferEncoding::QuotedPrintable}) {
        const std::string whole = mime::decode_transfer(octets, encoding);
        require(whole.size() <= octets.size());
        require(fed(mime::TransferDecoder(encoding), octets, piece) == whole);
    }
}

void check_charset(std::string_view octets, std::size_t piece, std::string_view charset)
{
    auto decoder = mime::CharsetDecoder::open(charset);
    if (!decoder)
        return;
    const auto whole = mime::to_utf8(octets, charset);
    require(whole.has_value() && utf8::is_valid(*whole));
    require(fed(*std::move(decoder), octets, piece) == *whole);
    (void)mime::fold_case(*whole);
    require(fed(mime::HtmlText(), *whole, piece) == fed(mime::HtmlText(), *whole, whole->size() + 1));
}

void check_types(std::string_view text)
{
    for (const auto& parameters :
         {mime::parse_content_type(text).parameters, mime::parse_disposition(text).parameters}) {
        require(mime::boundary_of(parameters).size() <= mime::kMaxBoundaryOctets);
        (void)mime::find_extended(parameters, "name");
        (void)mime::find_extended(parameters, "filename");
    }
    (void)mime::parse_languages(text);
    (void)mime::parse_encoding(text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2)
        return 0;
    const std::string_view octets(reinterpret_cast<const char*>(data) + 2, size - 2);
    const std::size_t piece = data[0] % 32 + std::size_t{1};
    require(utf8::is_valid(mime::guess_utf8(octets)));
    check_transfer(octets, piece);
    check_charset(octets, piece, kCharsets[data[1] % std::size(kCharsets)]);
    check_types(octets);
    if (const auto converted = mime::to_7bit(octets))
        require(mime::to_7bit(*converted).has_value());
    require(utf8::is_valid(mime::decode_header_text(mime::encode_header_text(octets))));
    return 0;
}
