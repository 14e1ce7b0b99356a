// BDAT: takes a message in counted chunks, without dots. RFC 3030 §2.
#include <algorithm>

#include "conf/config.h"
#include "core/smtp/limits.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/receive.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

/// Reads the chunk's octets for nothing: the client sends them whatever we say.
Awaitable<> skip_chunk(Session& s, std::uint64_t octets)
{
    while (octets > 0) {
        const auto part = std::min<std::uint64_t>(octets, s.reader.buffered().size());
        s.reader.consume(part);
        octets -= part;
        if (octets > 0)
            co_await s.more();
    }
}

/// Passes the chunk on. A CR at its end may be half a line ending: it waits for the next chunk.
Awaitable<> read_chunk(Session& s, Incoming& message, std::uint64_t octets)
{
    std::string held = std::move(message.held_cr);
    message.held_cr.clear();
    while (octets > 0) {
        if (!s.reader.has_buffered())
            co_await s.more();
        const auto part = std::min<std::uint64_t>(octets, s.reader.buffered().size());
        if (held.empty()) {
            const std::string_view input = s.reader.buffered().substr(0, part);
            const std::size_t used = co_await message.take(input);
            held.assign(input.substr(used));
        } else {
            held += s.reader.buffered().substr(0, part);
            const std::size_t used = co_await message.take(held);
            held.erase(0, used);
        }
        s.reader.consume(part);
        octets -= part;
    }
    message.held_cr = std::move(held);
}

} // namespace

Awaitable<Reply> on_bdat(Session& s, std::string_view arguments)
{
    const auto bdat = parse_bdat(arguments);
    if (!bdat) // how much follows is unknown: nothing after this can be told apart
        co_return make_reply(bdat.error()).closing();
    const std::uint64_t limit = s.message_limit();
    const Say said = check_chunk(s);
    const std::uint64_t so_far =
        said == Say::Ok && s.transaction->incoming ? s.transaction->incoming->octets : 0;
    if (limit > 0 && bdat->octets > limit + kMaxDrainOctets)
        co_return make_reply(Say::MessageTooLarge).closing();
    s.stream.set_deadline(s.config().limits.message.data_block);
    if (said != Say::Ok) {
        co_await skip_chunk(s, bdat->octets);
        s.stream.set_deadline(s.idle_limit());
        co_return make_reply(said);
    }
    Incoming& message = chunks_of(s);
    if (limit > 0 && so_far + bdat->octets > limit)
        message.refuse(Say::MessageTooLarge);
    co_await read_chunk(s, message, bdat->octets);
    s.stream.set_deadline(s.idle_limit());
    co_return co_await end_chunk(s, bdat->last);
}

} // namespace mailctl::smtp
