// Ends messages, whichever command brought them.
#include "core/smtp/server/receive.h"

#include "core/smtp/limits.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

bool is_hopeless(const Incoming& message)
{
    const std::uint64_t limit = message.session.message_limit();
    return message.is_refused() && limit > 0 && message.octets > limit + kMaxDrainOctets;
}

Awaitable<> finish_message(Session& s, Incoming& message)
{
    co_await message.finish();
    for (const auto& reply : message.replies())
        s.say(reply);
}

} // namespace mailctl::smtp
