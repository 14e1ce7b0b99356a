// Modified UTF-7 to UTF-8 and back.
#include "core/imap/utf7.h"

#include <array>
#include <cstdint>

#include "core/base/ascii.h"

namespace mailctl::imap {
namespace {

// RFC 3501 §5.1.3: "," instead of "/", and no padding.
constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

Error malformed()
{
    return Error(Errc::Invalid, "Mailbox name is not modified UTF-7");
}

constexpr bool is_high(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
constexpr bool is_low(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

void put_utf8(std::string& out, std::uint32_t code)
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

/// One character at `at`, which it moves past it; 0xFFFFFFFF where it is malformed.
std::uint32_t take_utf8(std::string_view text, std::size_t& at)
{
    constexpr std::uint32_t kBad = 0xFFFFFFFF;
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80)
        return lead;
    const unsigned more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < more)
        return kBad;
    std::uint32_t code = lead & (0x3FU >> more);
    for (unsigned i = 0; i < more; ++i) {
        const auto next = static_cast<unsigned char>(text[at++]);
        if ((next & 0xC0) != 0x80)
            return kBad;
        code = code << 6 | (next & 0x3F);
    }
    constexpr std::array<std::uint32_t, 4> kSmallest{0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < kSmallest[more] || code > 0x10FFFF || surrogate ? kBad : code;
}

/// Decodes the base64 run between "&" and "-".
Result<> decode_run(std::string_view run, std::string& out)
{
    std::uint32_t bits = 0, have = 0, high = 0;
    for (const char c : run) {
        const auto digit = kDigits.find(c);
        if (digit == std::string_view::npos)
            return malformed();
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        have += 6;
        if (have < 16)
            continue;
        have -= 16;
        const std::uint32_t unit = bits >> have & 0xFFFF;
        bits &= (1U << have) - 1;
        if (is_low(unit) != (high != 0))
            return malformed();
        if (is_high(unit)) {
            high = unit;
            continue;
        }
        const std::uint32_t code =
            high != 0 ? 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00) : unit;
        high = 0;
        if (code < 0x20 || code == 0x7F)
            return malformed();
        put_utf8(out, code);
    }
    if (high != 0 || have >= 6 || bits != 0)
        return malformed();
    return ok();
}

void put_unit(std::string& out, std::uint32_t unit, std::uint32_t& bits, unsigned& have)
{
    bits = bits << 16 | unit;
    have += 16;
    while (have >= 6) {
        have -= 6;
        out += kDigits[bits >> have & 0x3F];
    }
    bits &= (1U << have) - 1;
}

constexpr bool is_printable(char c) { return c >= 0x20 && c <= 0x7E; }

} // namespace

bool is_utf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();)
        if (take_utf8(text, at) == 0xFFFFFFFF)
            return false;
    return true;
}

Result<std::string> decode_utf7(std::string_view name)
{
    if (!is_utf8(name))
        return malformed();
    std::string out;
    out.reserve(name.size());
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (ascii::is_control(name[at]))
            return malformed();
        if (name[at] != '&') {
            out += name[at];
            continue;
        }
        const auto end = name.find('-', at);
        if (end == std::string_view::npos)
            return malformed();
        const auto run = name.substr(at + 1, end - at - 1);
        if (run.empty())
            out += '&'; // "&-"
        TRY_VOID(decode_run(run, out));
        at = end;
    }
    return out;
}

std::string encode_utf7(std::string_view name)
{
    std::string out;
    out.reserve(name.size());
    for (std::size_t at = 0; at < name.size();) {
        if (is_printable(name[at])) {
            out += name[at];
            if (name[at++] == '&')
                out += '-';
            continue;
        }
        out += '&';
        std::uint32_t bits = 0;
        unsigned have = 0;
        while (at < name.size() && !is_printable(name[at])) {
            std::uint32_t code = take_utf8(name, at);
            if (code > 0x10FFFF)
                code = 0xFFFD;
            if (code >= 0x10000) {
                put_unit(out, 0xD800 + ((code - 0x10000) >> 10), bits, have);
                code = 0xDC00 + (code & 0x3FF);
            }
            put_unit(out, code, bits, have);
        }
        if (have != 0)
            out += kDigits[bits << (6 - have) & 0x3F];
        out += '-';
    }
    return out;
}

} // namespace mailctl::imap
