// Encodes quoted-printable and base64.
#include "core/mime/transfer_encode.h"

#include <cstdint>

#include "core/base/ascii.h"

namespace mailctl::mime {
namespace {

constexpr std::size_t kLineOctets = 76; ///< RFC 2045 §6.7 rule 5, §6.8

/// RFC 2045 §6.7 rule 2, and rule 3's blanks.
bool is_literal(char c)
{
    return c != '=' && ((c >= ' ' && c <= '~') || c == '\t');
}

/// One line, without its end.
void append_quoted_line(std::string& out, std::string_view line)
{
    constexpr char kHex[] = "0123456789ABCDEF";
    std::size_t column = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool is_last = i + 1 == line.size();
        const bool literal = is_literal(c) && !(is_last && ascii::is_space(c));
        const std::size_t width = literal ? 1 : 3;
        if (column + width > kLineOctets - (is_last ? 0 : 1)) {
            out += "=\r\n";
            column = 0;
        }
        column += width;
        if (literal) {
            out += c;
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        out += '=';
        out += kHex[octet >> 4];
        out += kHex[octet & 15];
    }
}

} // namespace

void append_quoted_printable(std::string& out, std::string_view octets)
{
    for (;;) {
        const auto end = octets.find("\r\n");
        append_quoted_line(out, octets.substr(0, end));
        if (end == std::string_view::npos)
            return;
        out += "\r\n";
        octets.remove_prefix(end + 2);
    }
}

void append_base64_lines(std::string& out, std::string_view octets)
{
    constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.reserve(out.size() + octets.size() / 3 * 4 + octets.size() / 57 * 2 + 8);
    std::size_t column = 0;
    for (std::size_t i = 0; i < octets.size(); i += 3, column += 4) {
        if (column == kLineOctets) {
            out += "\r\n";
            column = 0;
        }
        const auto octet = [&](std::size_t at) -> std::uint32_t {
            return at < octets.size() ? static_cast<unsigned char>(octets[at]) : 0;
        };
        const std::uint32_t bits = octet(i) << 16 | octet(i + 1) << 8 | octet(i + 2);
        out += kDigits[bits >> 18];
        out += kDigits[bits >> 12 & 63];
        out += i + 1 < octets.size() ? kDigits[bits >> 6 & 63] : '=';
        out += i + 2 < octets.size() ? kDigits[bits & 63] : '=';
    }
}

} // namespace mailctl::mime
