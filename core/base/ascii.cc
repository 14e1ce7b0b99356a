// Case and splitting of ASCII text.
#include "core/base/ascii.h"

#include <algorithm>

namespace mailctl::ascii {

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        c = to_lower(c);
    return out;
}

std::string upper(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        c = to_upper(c);
    return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b)
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix)
{
    return text.size() >= prefix.size() &&
           equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

std::size_t find_ignoring_case(std::string_view text, std::string_view needle)
{
    const auto at =
        std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
    if (at == text.end() && !needle.empty())
        return std::string_view::npos;
    return static_cast<std::size_t>(at - text.begin());
}

std::string_view trim(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r\n";
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

std::string printable(std::string_view text)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (!is_control(c)) {
            out += c;
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        out += "\\x";
        out += kDigits[octet >> 4];
        out += kDigits[octet & 15];
    }
    return out;
}

} // namespace mailctl::ascii
