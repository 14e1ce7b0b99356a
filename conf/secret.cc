// Secret references: settings name where a secret is, never what it is.
#include <cstdio>
#include <cstdlib>

#include "conf/load.h"
#include "core/base/read_file.h"

namespace mailctl::conf {
namespace {

std::string without_final_newline(std::string text)
{
    if (!text.empty() && text.back() == '\n')
        text.pop_back();
    if (!text.empty() && text.back() == '\r')
        text.pop_back();
    return text;
}

Result<std::string> from_file(const std::string& path)
{
    TRY(std::string text, read_file(path));
    return without_final_newline(std::move(text));
}

Result<std::string> from_command(const std::string& command)
{
    FILE* pipe = popen(command.c_str(), "re");
    if (!pipe)
        return Error(Errc::Unavailable, "cannot start the command of a secret");
    std::string text;
    char piece[4096];
    for (std::size_t got = 0; (got = fread(piece, 1, sizeof piece, pipe)) > 0;)
        text.append(piece, got);
    if (pclose(pipe) != 0)
        return Error(Errc::Unavailable, "the command of a secret failed");
    return without_final_newline(std::move(text));
}

} // namespace

Result<std::string> read_secret(const std::string& reference)
{
    const auto colon = reference.find(':');
    const auto form = reference.substr(0, colon);
    const auto rest = colon == std::string::npos ? std::string() : reference.substr(colon + 1);
    if (form == "file")
        return from_file(rest);
    if (form == "cmd")
        return from_command(rest);
    if (form != "env")
        return Error(Errc::Invalid, "a secret is \"file:PATH\", \"env:NAME\" or \"cmd:COMMAND\"");
    const char* value = std::getenv(rest.c_str());
    if (!value)
        return Error(Errc::NotFound, "environment variable " + rest + " is not set");
    return std::string(value);
}

} // namespace mailctl::conf
