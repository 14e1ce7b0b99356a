// QUIT: says goodbye and closes. RFC 5321 §4.1.1.10.
#include "core/smtp/server/commands.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

Reply on_quit(Session&, std::string_view arguments)
{
    if (!arguments.empty())
        return make_reply(Say::NoArguments);
    return make_reply(Say::Bye).closing();
}

} // namespace mailctl::smtp
