// EXPN: tells where an address leads, where the setting allows it. RFC 5321 §4.1.1.7.
#include "conf/config.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/lookup.h"
#include "core/smtp/server/refusal.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

Awaitable<Reply> on_expn(Session& s, std::string_view arguments)
{
    if (!s.config().smtp.expn)
        co_return make_reply(Say::CommandDisabled);
    Lookup found = co_await look_up(s, std::string(arguments));
    if (found.said != Say::Ok)
        co_return make_reply(found.said);
    std::string text;
    const auto append = [&text](const address::Address& member) {
        text += text.empty() ? "<" : "\n<";
        text += to_string(member) + '>';
    };
    for (const auto& target : found.resolution.local)
        append(target.address);
    for (const auto& remote : found.resolution.remote)
        append(remote.address);
    co_return Reply(250, "2.1.5", std::move(text));
}

} // namespace mailctl::smtp
