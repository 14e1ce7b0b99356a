// Parses the values of command arguments.
#include "cmd/arguments.h"

#include "core/base/ascii.h"
#include "core/base/octets.h"

namespace mailctl::cmd {

Result<address::Address> parse_address_argument(std::string_view text)
{
    auto parsed = address::parse(text);
    if (!parsed)
        return parsed.error().within(ascii::printable(text));
    return address::folded(*parsed);
}

Result<std::uint64_t> parse_count(std::string_view text)
{
    if (text == "none")
        return std::uint64_t{0};
    if (const auto number = ascii::parse_number<std::uint64_t>(text))
        return *number;
    return Error(Errc::Invalid, ascii::printable(text) + ": not a number, nor \"none\"");
}

Result<std::uint64_t> parse_size(std::string_view text)
{
    if (text == "none")
        return std::uint64_t{0};
    return parse_octets(text);
}

Result<std::optional<Time>> parse_expiry(std::string_view text)
{
    if (text == "never")
        return std::optional<Time>();
    TRY(const Time time, parse_rfc3339(text));
    return std::optional<Time>(time);
}

Result<> check_addresses(const std::vector<std::string>& addresses)
{
    for (const auto& text : addresses) {
        const auto parsed = address::parse(text);
        if (!parsed)
            return parsed.error().within(ascii::printable(text));
    }
    return ok();
}

} // namespace mailctl::cmd
