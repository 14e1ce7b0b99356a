// Reads what a client of the control socket passed, or opens it here.
#include "cmd/read_input.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "cmd/context.h"

namespace mailctl::cmd {

Result<std::string> read_input(Context& ctx, const std::string& path, std::size_t limit)
{
    TRY(const int file, ctx.open_input(path));
    std::string text;
    std::string some(64 * 1024, '\0');
    ssize_t got = 0;
    while (text.size() <= limit && (got = ::read(file, some.data(), some.size())) > 0)
        text.append(some, 0, static_cast<std::size_t>(got));
    const int why = errno;
    if (file != ctx.streams().in)
        ::close(file);
    if (got < 0)
        return Error(Errc::Unavailable, path + ": " + std::strerror(why));
    if (text.size() > limit)
        return Error(Errc::Invalid, path + ": over " + std::to_string(limit) + " octets");
    return text;
}

} // namespace mailctl::cmd
