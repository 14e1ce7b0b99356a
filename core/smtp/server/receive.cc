// Ends messages, whichever command brought them.
#include "core/smtp/server/receive.h"

#include <memory>
#include <utility>

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

Say check_chunk(const Session& s)
{
    if (!s.transaction)
        return s.hello.empty() ? Say::HelloFirst : Say::MailFirst;
    if (s.transaction->recipients.empty())
        return s.is_lmtp() ? Say::RecipientFirst : Say::NoRecipients;
    return Say::Ok;
}

Incoming& chunks_of(Session& s)
{
    if (!s.transaction->incoming)
        s.transaction->incoming = std::make_unique<Incoming>(s, Incoming::From::Bdat);
    return *s.transaction->incoming;
}

Awaitable<> take_chunk(Incoming& message, std::string_view octets)
{
    std::string waiting = std::exchange(message.held_cr, std::string());
    waiting += octets;
    const std::size_t used = co_await message.take(waiting);
    message.held_cr = waiting.substr(used);
}

Awaitable<Reply> end_chunk(Session& s, bool is_last)
{
    Incoming& message = *s.transaction->incoming;
    if (is_last) {
        const std::string held = std::move(message.held_cr);
        co_await message.take_rest(held);
        co_await finish_message(s, message);
        s.reset();
        co_return Reply();
    }
    if (!message.is_refused())
        co_return make_reply(Say::ChunkAccepted);
    const Say refused = message.refusal();
    s.reset();
    co_return make_reply(refused);
}

} // namespace mailctl::smtp
