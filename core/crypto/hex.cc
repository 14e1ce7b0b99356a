// Hexadecimal digits.
#include "core/crypto/hex.h"

namespace mailctl::crypto {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

int value_of_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

} // namespace

std::string encode_hex(std::string_view octets)
{
    std::string out;
    out.reserve(octets.size() * 2);
    for (const char c : octets) {
        const auto value = static_cast<unsigned char>(c);
        out += kDigits[value >> 4];
        out += kDigits[value & 15];
    }
    return out;
}

Result<std::string> decode_hex(std::string_view text)
{
    if (text.size() % 2 != 0)
        return Error(Errc::Invalid, "hexadecimal: an odd number of digits");
    std::string out;
    out.reserve(text.size() / 2);
    for (std::size_t at = 0; at < text.size(); at += 2) {
        const int high = value_of_digit(text[at]);
        const int low = value_of_digit(text[at + 1]);
        if (high < 0 || low < 0)
            return Error(Errc::Invalid, "hexadecimal: not a digit");
        out += static_cast<char>(high << 4 | low);
    }
    return out;
}

} // namespace mailctl::crypto
