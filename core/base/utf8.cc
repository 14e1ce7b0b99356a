// Checks UTF-8 octet by octet.
#include "core/base/utf8.h"

namespace mailctl::utf8 {
namespace {

bool is_between(char c, unsigned low, unsigned high)
{
    const auto octet = static_cast<unsigned char>(c);
    return octet >= low && octet <= high;
}

bool is_tail(char c)
{
    return is_between(c, 0x80, 0xBF);
}

} // namespace

unsigned octets_of_first(std::string_view text)
{
    if (text.empty())
        return 0;
    const char lead = text[0];
    if (is_between(lead, 0, 0x7F))
        return 1;
    if (text.size() < 2)
        return 0;
    const char second = text[1];
    if (is_between(lead, 0xC2, 0xDF))
        return is_tail(second) ? 2 : 0;
    if (is_between(lead, 0xE0, 0xEF)) {
        const unsigned low = lead == '\xE0' ? 0xA0 : 0x80;  // overlong below
        const unsigned high = lead == '\xED' ? 0x9F : 0xBF; // surrogates above
        return text.size() >= 3 && is_between(second, low, high) && is_tail(text[2]) ? 3 : 0;
    }
    if (is_between(lead, 0xF0, 0xF4)) {
        const unsigned low = lead == '\xF0' ? 0x90 : 0x80;
        const unsigned high = lead == '\xF4' ? 0x8F : 0xBF;
        return text.size() >= 4 && is_between(second, low, high) && is_tail(text[2]) &&
                       is_tail(text[3])
                   ? 4
                   : 0;
    }
    return 0;
}

bool is_valid(std::string_view text)
{
    while (!text.empty()) {
        const unsigned octets = octets_of_first(text);
        if (octets == 0)
            return false;
        text.remove_prefix(octets);
    }
    return true;
}

} // namespace mailctl::utf8
