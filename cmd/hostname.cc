// Asks settings, server and system, in this order.
#include "cmd/hostname.h"

#include <unistd.h>

#include "conf/config.h"
#include "core/delivery/services.h"
#include "core/server/server.h"

namespace mailctl::cmd {

std::string hostname_of(Context& ctx, const conf::Config& config)
{
    if (!config.server.hostname.empty())
        return config.server.hostname;
    if (ctx.server())
        return ctx.server()->services()->hostname;
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

} // namespace mailctl::cmd
