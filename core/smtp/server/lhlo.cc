// LHLO: hello on an LMTP listener. RFC 2033 §4.1.
#include "core/smtp/server/commands.h"
#include "core/smtp/server/greet.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

Reply on_lhlo(Session& s, std::string_view arguments)
{
    if (!s.is_lmtp())
        return make_reply(Say::UnknownCommand);
    return greet(s, arguments, true);
}

} // namespace mailctl::smtp
