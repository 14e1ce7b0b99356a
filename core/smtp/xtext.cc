// Decodes and encodes xtext (RFC 3461 §4) and its UTF-8 kin (RFC 6533 §3).
#include "core/smtp/xtext.h"

#include <charconv>
#include <cstdint>

#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace mailctl::smtp {
namespace {

bool is_xchar(char c)
{
    return c >= '!' && c <= '~' && c != '+' && c != '=';
}

/// Upper-case only: hexchar = ASCII "+" followed by two upper-case hexadecimal digits.
int hex_value(char c)
{
    if (ascii::is_digit(c))
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void append_utf8(std::string& out, std::uint32_t code)
{
    const auto put = [&out](std::uint32_t octet) { out += static_cast<char>(octet); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

/// The code of the well-formed character in `octets`.
std::uint32_t code_of(std::string_view octets)
{
    constexpr std::uint32_t kFirstBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    std::uint32_t code = static_cast<unsigned char>(octets[0]) & kFirstBits[octets.size()];
    for (const char c : octets.substr(1))
        code = code << 6 | (static_cast<unsigned char>(c) & 0x3F);
    return code;
}

} // namespace

Result<std::string> decode_xtext(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_xchar(text[i])) {
            out += text[i];
            continue;
        }
        if (text[i] != '+' || i + 2 >= text.size())
            return Error(Errc::Invalid, "bad xtext");
        const int high = hex_value(text[i + 1]);
        const int low = hex_value(text[i + 2]);
        if (high < 0 || low < 0)
            return Error(Errc::Invalid, "bad xtext escape");
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string encode_xtext(std::string_view octets)
{
    constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : octets) {
        if (is_xchar(c)) {
            out += c;
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        out += '+';
        out += kHex[octet >> 4];
        out += kHex[octet & 15];
    }
    return out;
}

Result<std::string> decode_utf8_xtext(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        const auto close = text.find('}', i);
        if (text.substr(i, 3) != "\\x{" || close == std::string_view::npos)
            return Error(Errc::Invalid, "bad unitext escape");
        const std::string_view digits = text.substr(i + 3, close - i - 3);
        std::uint32_t code = 0;
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        const bool whole = parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
        if (!whole || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) || code < 0x20)
            return Error(Errc::Invalid, "bad unitext code");
        append_utf8(out, code);
        i = close;
    }
    return out;
}

std::string encode_utf8_xtext(std::string_view text)
{
    constexpr std::uint32_t kReplacement = 0xFFFD;
    std::string out;
    while (!text.empty()) {
        const unsigned octets = utf8::octets_of_first(text);
        const std::uint32_t code = octets == 0 ? kReplacement : code_of(text.substr(0, octets));
        if (is_xchar(text.front()) && text.front() != '\\') {
            out += text.front();
        } else {
            char digits[8] = {};
            const auto end = std::to_chars(digits, digits + sizeof digits, code, 16).ptr;
            out += "\\x{" + ascii::upper({digits, static_cast<std::size_t>(end - digits)}) + '}';
        }
        text.remove_prefix(octets == 0 ? 1 : octets);
    }
    return out;
}

} // namespace mailctl::smtp
