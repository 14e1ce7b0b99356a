// STARTTLS: goes on under TLS, from the beginning. RFC 3207 §4.
#include "core/base/log.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

Say check(const Session& s, std::string_view arguments)
{
    if (!arguments.empty())
        return Say::NoArguments;
    if (s.is_tls())
        return Say::TlsAlready;
    if (s.listener.tls != conf::TlsMode::StartTls && s.listener.tls != conf::TlsMode::RequireStartTls)
        return Say::NotOffered;
    return s.services->tls ? Say::Ok : Say::TlsUnavailable;
}

} // namespace

Awaitable<Reply> on_starttls(Session& s, std::string_view arguments)
{
    if (const Say said = check(s, arguments); said != Say::Ok)
        co_return make_reply(said);
    s.say(Say::ReadyForTls);
    co_await s.flush();
    // RFC 3207 §4.2, §6: commands that came in the clear behind STARTTLS may be an attacker's.
    s.reader.discard();
    co_await s.stream.start_tls(s.services->tls);
    s.start_over();
    s.info->set_tls(s.stream.tls());
    co_return Reply();
}

} // namespace mailctl::smtp
