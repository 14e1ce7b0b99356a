// Base64 by table, three octets at a time.
#include "core/crypto/base64.h"

#include <array>
#include <cstdint>

namespace mailctl::crypto {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kForeign = 255;

constexpr std::array<std::uint8_t, 256> make_values()
{
    std::array<std::uint8_t, 256> values{};
    values.fill(kForeign);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    return values;
}

constexpr auto kValues = make_values();

std::uint32_t octet(char c)
{
    return static_cast<unsigned char>(c);
}

void put_group(std::string& out, std::uint32_t bits, std::size_t characters)
{
    for (std::size_t i = 0; i < 4; ++i)
        out += i < characters ? kAlphabet[bits >> (18 - 6 * i) & 63] : '=';
}

std::size_t padding_of(std::string_view text)
{
    if (text.ends_with("=="))
        return 2;
    return text.ends_with('=') ? 1 : 0;
}

} // namespace

std::string encode_base64(std::string_view octets)
{
    std::string out;
    out.reserve((octets.size() + 2) / 3 * 4);
    std::size_t at = 0;
    for (; at + 3 <= octets.size(); at += 3)
        put_group(out, octet(octets[at]) << 16 | octet(octets[at + 1]) << 8 | octet(octets[at + 2]), 4);
    if (octets.size() - at == 2)
        put_group(out, octet(octets[at]) << 16 | octet(octets[at + 1]) << 8, 3);
    else if (octets.size() - at == 1)
        put_group(out, octet(octets[at]) << 16, 2);
    return out;
}

Result<std::string> decode_base64(std::string_view text)
{
    if (text.size() % 4 != 0)
        return Error(Errc::Invalid, "base64: not a multiple of four characters");
    const std::size_t padding = padding_of(text);
    text.remove_suffix(padding);
    std::string out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : text) {
        const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
        if (value == kForeign)
            return Error(Errc::Invalid, "base64: a character outside the alphabet");
        bits = bits << 6 | value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out += static_cast<char>(bits >> held & 255);
        }
    }
    if ((bits & ((1U << held) - 1)) != 0)
        return Error(Errc::Invalid, "base64: spare bits are not zero");
    return out;
}

} // namespace mailctl::crypto
