// NOOP: does nothing, with or without an argument. RFC 5321 §4.1.1.9.
#include "core/smtp/server/commands.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

Reply on_noop(Session&, std::string_view)
{
    return make_reply(Say::Ok);
}

} // namespace mailctl::smtp
