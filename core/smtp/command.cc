// Splits command lines and tells those apart that no mail client sends.
#include "core/smtp/command.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::smtp {

CommandLine split_command(std::string_view line)
{
    const auto space = line.find_first_of(" \t");
    if (space == std::string_view::npos)
        return {line, {}};
    return {line.substr(0, space), ascii::trim(line.substr(space + 1))};
}

bool has_control(std::string_view line)
{
    return std::any_of(line.begin(), line.end(),
                       [](char c) { return ascii::is_control(c) && c != '\t'; });
}

bool is_http(std::string_view line)
{
    constexpr std::string_view kMethods[] = {"GET ",     "POST ",    "PUT ",   "HEAD ", "DELETE ",
                                             "CONNECT ", "OPTIONS ", "TRACE ", "PATCH ", "PRI "};
    for (const auto method : kMethods) {
        if (ascii::starts_with_ignoring_case(line, method) &&
            ascii::find_ignoring_case(line, " HTTP/") != std::string_view::npos)
            return true;
    }
    constexpr std::string_view kFields[] = {"Host:", "User-Agent:", "Content-Length:", "Accept:"};
    return std::any_of(std::begin(kFields), std::end(kFields), [line](std::string_view field) {
        return ascii::starts_with_ignoring_case(line, field);
    });
}

bool is_hello_name(std::string_view name)
{
    if (name.empty() || name.size() > 255)
        return false;
    const bool literal = name.front() == '[' && name.back() == ']' && name.size() > 2;
    if (literal)
        name = name.substr(1, name.size() - 2);
    return std::all_of(name.begin(), name.end(), [literal](char c) {
        return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_' || (literal && c == ':');
    });
}

} // namespace mailctl::smtp
