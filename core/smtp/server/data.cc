// DATA: takes the message. RFC 5321 §4.1.1.4.
#include "conf/config.h"
#include "core/smtp/limits.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/receive.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

Say check(const Session& s, std::string_view arguments)
{
    if (!arguments.empty())
        return Say::NoArguments;
    if (!s.transaction)
        return s.hello.empty() ? Say::HelloFirst : Say::MailFirst;
    if (s.transaction->incoming)
        return Say::ChunksStarted; // RFC 3030 §2
    if (s.transaction->recipients.empty()) // RFC 5321 §3.3; RFC 2033 §4.2 says 503
        return s.is_lmtp() ? Say::RecipientFirst : Say::NoRecipients;
    if (s.transaction->mail.body == Body::BinaryMime)
        return Say::BinaryNeedsChunks; // RFC 3030 §3
    return Say::Ok;
}

/// Reads to the real end of the data, whatever becomes of the message: what follows is a command.
Awaitable<> read_data(Session& s, Incoming& message)
{
    s.stream.set_deadline(s.config().limits.message.data_block); // RFC 5321 §4.5.3.2.5
    for (;;) {
        const std::size_t used = co_await message.take(s.reader.buffered());
        s.reader.consume(used);
        if (message.is_at_end() || is_hopeless(message))
            break;
        co_await s.more();
    }
    s.stream.set_deadline(s.idle_limit());
}

} // namespace

Awaitable<Reply> on_data(Session& s, std::string_view arguments)
{
    if (const Say said = check(s, arguments); said != Say::Ok)
        co_return make_reply(said);
    s.say(Say::StartData);
    Incoming message(s, Incoming::From::Data);
    co_await read_data(s, message);
    co_await finish_message(s, message);
    s.closing = s.closing || !message.is_at_end();
    s.reset();
    co_return Reply();
}

} // namespace mailctl::smtp
