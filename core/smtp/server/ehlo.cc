// EHLO and HELO: the client says who it is. RFC 5321 §4.1.1.1.
#include "core/smtp/command.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/greet.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

Reply greet(Session& s, std::string_view name, bool extended)
{
    if (!is_hello_name(name))
        return make_reply(Say::BadHello);
    s.reset(); // RFC 5321 §4.1.4: like RSET
    s.hello.assign(name);
    s.extended = extended;
    s.offered = s.extensions();
    s.info->set_client(s.hello);
    if (extended)
        return Reply(250, "", ehlo_text(s.reached.hostname, s.offered));
    return Reply(250, "", s.reached.hostname);
}

Reply on_ehlo(Session& s, std::string_view arguments)
{
    if (s.is_lmtp())
        return make_reply(Say::WrongHello); // RFC 2033 §4.1
    return greet(s, arguments, true);
}

Reply on_helo(Session& s, std::string_view arguments)
{
    if (s.is_lmtp())
        return make_reply(Say::WrongHello);
    return greet(s, arguments, false);
}

} // namespace mailctl::smtp
