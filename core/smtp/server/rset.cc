// RSET: forgets the transaction. RFC 5321 §4.1.1.5.
#include "conf/config.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

Reply on_rset(Session& s, std::string_view arguments)
{
    if (!arguments.empty())
        return make_reply(Say::NoArguments);
    s.reset();
    const unsigned limit = s.config().limits.message.resets; // SMTP-11
    if (++s.resets > limit && limit > 0)
        return make_reply(Say::TooManyResets).closing();
    return make_reply(Say::Ok);
}

} // namespace mailctl::smtp
