// Parses POP3 command lines.
#include "core/pop3/command.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"

namespace mailctl::pop3 {
namespace {

std::string_view without_spaces(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

} // namespace

Command parse_command(std::string_view line)
{
    const std::size_t space = line.find(' ');
    Command command;
    command.verb = ascii::upper(line.substr(0, space));
    if (space != std::string_view::npos)
        command.argument = line.substr(space + 1);
    return command;
}

std::optional<std::uint32_t> parse_message_number(std::string_view argument)
{
    const auto number = ascii::parse_number<std::uint32_t>(without_spaces(argument));
    if (!number || *number == 0)
        return std::nullopt;
    return number;
}

std::optional<TopArguments> parse_top(std::string_view argument)
{
    argument = without_spaces(argument);
    const std::size_t space = argument.find(' ');
    if (space == std::string_view::npos)
        return std::nullopt;
    const auto message = parse_message_number(argument.substr(0, space));
    const auto lines = ascii::parse_number<std::uint32_t>(without_spaces(argument.substr(space)));
    if (!message || !lines)
        return std::nullopt;
    return TopArguments{*message, *lines};
}

bool is_http(std::string_view verb)
{
    constexpr std::array<std::string_view, 6> kVerbs{"GET", "POST", "HEAD", "PUT", "OPTIONS", "CONNECT"};
    return std::find(kVerbs.begin(), kVerbs.end(), verb) != kVerbs.end();
}

} // namespace mailctl::pop3
