// Character sets by ICU.
#include "core/mime/charset.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace mailctl::mime {
namespace {

constexpr std::size_t kMaxNameOctets = 60;
constexpr std::size_t kPieceOctets = 1 << 20; // ICU counts in 32 bits

/// Sets that senders name when they mean a larger one.
struct Superset {
    std::string_view named, meant;
};
constexpr Superset kSupersets[] = {
    {"us-ascii", "utf-8"},        {"ascii", "utf-8"},           {"iso-8859-1", "windows-1252"},
    {"latin1", "windows-1252"},   {"gb2312", "gb18030"},        {"gbk", "gb18030"},
    {"ks_c_5601-1987", "cp949"},  {"euc-kr", "cp949"},          {"iso-8859-9", "windows-1254"},
    {"iso-8859-8-i", "iso-8859-8"}, {"unicode-1-1-utf-7", "utf-7"}, {"x-unknown", "windows-1252"},
    {"unknown-8bit", "windows-1252"}, {"x-user-defined", "windows-1252"},
};

bool is_ascii(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), ascii::is_8bit);
}

bool is_name(std::string_view name)
{
    return !name.empty() && name.size() <= kMaxNameOctets &&
           std::all_of(name.begin(), name.end(), [](char c) { return c > 32 && c < 127; });
}

std::string meant_by(std::string_view charset)
{
    std::string name = ascii::lower(ascii::trim(charset));
    for (const auto& row : kSupersets) {
        if (name == row.named)
            return std::string(row.meant);
    }
    return name;
}

struct CloseConverter {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using OpenConverter = std::unique_ptr<UConverter, CloseConverter>;

OpenConverter open_converter(const std::string& name)
{
    UErrorCode status = U_ZERO_ERROR;
    OpenConverter converter(ucnv_open(name.c_str(), &status));
    return U_SUCCESS(status) ? std::move(converter) : nullptr;
}

} // namespace

struct CharsetDecoder::Converter {
    OpenConverter from;
    OpenConverter utf8;
    bool keeps_ascii = false; ///< an octet below 128 is that character, when nothing is pending
    bool has_pending = false;
    std::array<UChar, 1024> pivot;
    UChar* pivot_from = nullptr;
    UChar* pivot_to = nullptr;
    bool is_start = true;

    void convert(std::string_view octets, std::string& out, bool is_last);
};

void CharsetDecoder::Converter::convert(std::string_view octets, std::string& out, bool is_last)
{
    const char* source = octets.data();
    const char* const source_end = source + octets.size();
    std::array<char, 4096> buffer;
    if (is_start)
        pivot_from = pivot_to = pivot.data();
    UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
    while (status == U_BUFFER_OVERFLOW_ERROR) {
        status = U_ZERO_ERROR;
        char* target = buffer.data();
        ucnv_convertEx(utf8.get(), from.get(), &target, target + buffer.size(), &source, source_end,
                       pivot.data(), &pivot_from, &pivot_to, pivot.data() + pivot.size(), is_start,
                       is_last, &status);
        is_start = false;
        out.append(buffer.data(), target);
    }
    is_start = is_last;
}

CharsetDecoder::CharsetDecoder(std::unique_ptr<Converter> converter)
    : converter_(std::move(converter))
{
}
CharsetDecoder::CharsetDecoder(CharsetDecoder&&) noexcept = default;
CharsetDecoder& CharsetDecoder::operator=(CharsetDecoder&&) noexcept = default;
CharsetDecoder::~CharsetDecoder() = default;

Result<CharsetDecoder> CharsetDecoder::open(std::string_view charset)
{
    const std::string name = meant_by(charset);
    auto converter = std::make_unique<Converter>();
    if (is_name(name))
        converter->from = open_converter(name);
    converter->utf8 = open_converter("utf-8");
    if (!converter->from || !converter->utf8)
        return Error(Errc::NotFound, "no such character set: " + ascii::printable(charset));
    const auto type = ucnv_getType(converter->from.get());
    converter->keeps_ascii = type == UCNV_UTF8 || name.starts_with("iso-8859-") ||
                             name.starts_with("windows-125");
    return CharsetDecoder(std::move(converter));
}

void CharsetDecoder::feed(std::string_view octets, std::string& out)
{
    if (converter_->keeps_ascii && !converter_->has_pending && is_ascii(octets)) {
        out += octets;
        return;
    }
    // Until the next finish a character may be cut: then the quick way is closed.
    converter_->has_pending = true;
    for (; !octets.empty(); octets.remove_prefix(std::min(octets.size(), kPieceOctets)))
        converter_->convert(octets.substr(0, kPieceOctets), out, false);
}

void CharsetDecoder::finish(std::string& out)
{
    if (converter_->has_pending)
        converter_->convert({}, out, true);
    converter_->has_pending = false;
}

Result<std::string> to_utf8(std::string_view text, std::string_view charset)
{
    std::string out;
    if (meant_by(charset) == "utf-8" && utf8::is_valid(text))
        return std::string(text);
    TRY(auto decoder, CharsetDecoder::open(charset));
    decoder.feed(text, out);
    decoder.finish(out);
    return out;
}

std::string guess_utf8(std::string_view text)
{
    if (utf8::is_valid(text))
        return std::string(text);
    auto converted = to_utf8(text, "windows-1252");
    return converted ? *std::move(converted) : std::string();
}

std::string fold_case(std::string_view utf8)
{
    if (is_ascii(utf8))
        return ascii::lower(utf8);
    UErrorCode status = U_ZERO_ERROR;
    const auto* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
    if (U_FAILURE(status))
        return ascii::lower(utf8);
    std::string out;
    for (; !utf8.empty(); utf8.remove_prefix(std::min(utf8.size(), kPieceOctets))) {
        const auto piece = utf8.substr(0, kPieceOctets);
        icu::StringByteSink<std::string> sink(&out);
        folding->normalizeUTF8(0, icu::StringPiece(piece.data(), static_cast<int>(piece.size())),
                               sink, nullptr, status);
    }
    return out;
}

} // namespace mailctl::mime
