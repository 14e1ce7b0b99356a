// VRFY: tells whether an address exists, where the setting allows it. RFC 5321 §4.1.1.6.
#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/lookup.h"
#include "core/smtp/server/refusal.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

Awaitable<Reply> on_vrfy(Session& s, std::string_view arguments)
{
    if (!s.config().smtp.vrfy)
        co_return make_reply(Say::CannotVerify); // RFC 5321 §3.5.3, §7.3
    Lookup found = co_await look_up(s, std::string(arguments));
    if (found.said != Say::Ok)
        co_return make_reply(found.said);
    // Written anew from what was parsed: quoted where it must be, no octet can end the line.
    co_return Reply(250, "2.1.5", '<' + to_string(found.address) + '>');
}

} // namespace mailctl::smtp
