// Parsing and printing of octet amounts.
#include "core/base/octets.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>

#include "core/base/ascii.h"

namespace mailctl {
namespace {

constexpr std::string_view kLetters = "KMGTP";

Result<std::uint64_t> unit_of(std::string_view text)
{
    if (text.empty() || ascii::equals_ignoring_case(text, "B"))
        return std::uint64_t{1};
    const auto power = kLetters.find(ascii::to_upper(text.front()));
    const auto rest = text.substr(1);
    const bool decimal = ascii::equals_ignoring_case(rest, "B");
    const bool binary = rest.empty() || ascii::equals_ignoring_case(rest, "iB");
    if (power == std::string_view::npos || (!decimal && !binary))
        return Error(Errc::Invalid, "unknown unit; write KiB, MiB, GiB, TiB, KB, MB, GB or TB");
    std::uint64_t unit = 1;
    for (std::size_t i = 0; i <= power; ++i)
        unit *= decimal ? 1000 : 1024;
    return unit;
}

} // namespace

Result<std::uint64_t> parse_octets(std::string_view text)
{
    text = ascii::trim(text);
    std::uint64_t amount = 0;
    const auto number = std::from_chars(text.data(), text.data() + text.size(), amount);
    if (number.ec != std::errc())
        return Error(Errc::Invalid, "not an amount of octets such as \"25MiB\"");
    text.remove_prefix(static_cast<std::size_t>(number.ptr - text.data()));
    TRY(const auto unit, unit_of(ascii::trim(text)));
    if (amount > std::numeric_limits<std::uint64_t>::max() / unit)
        return Error(Errc::Invalid, "amount of octets is too large");
    return amount * unit;
}

std::string to_text_octets(std::uint64_t octets)
{
    std::string unit;
    for (const char letter : kLetters) {
        if (octets == 0 || octets % 1024 != 0)
            break;
        octets /= 1024;
        unit = std::string(1, letter) + "iB";
    }
    return std::to_string(octets) + unit;
}

std::string to_rough_octets(std::uint64_t octets)
{
    if (octets < 1024)
        return std::to_string(octets) + " B";
    double amount = static_cast<double>(octets);
    char letter = ' ';
    for (const char next : kLetters) {
        if (amount < 1024)
            break;
        amount /= 1024;
        letter = next;
    }
    char text[32];
    std::snprintf(text, sizeof text, amount < 10 ? "%.1f %ciB" : "%.0f %ciB", amount, letter);
    return text;
}

} // namespace mailctl
