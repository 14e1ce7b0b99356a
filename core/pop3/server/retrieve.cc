// RETR and TOP: a message in chunks, so that its size costs no memory. RFC 1939 §5, §7
#include <algorithm>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/pop3/command.h"
#include "core/pop3/multi_line.h"
#include "core/pop3/server/commands.h"
#include "core/pop3/server/session.h"
#include "store/engine.h"

namespace mailctl::pop3 {
namespace {

/// Logs why a message cannot be read; after the first octet nothing but hanging up can tell so.
void log_unreadable(const Session& s, const Error& error)
{
    log::error("pop3", "message not read", {{"user", s.login->name}, {"why", to_string(error)}});
}

/// Sends the body, all of it or what the filter lets pass.
Awaitable<Reply> send(Session& s, const Maildrop::Message& message, TopFilter* filter)
{
    auto email = co_await s.drop.account().email(message.email);
    if (!email && email.error().code() == Errc::NotFound)
        co_return Reply::error("The message was removed by another session");
    if (!email) {
        log_unreadable(s, email.error());
        co_return Reply::error(Code::SysTemp, "The message cannot be read now");
    }
    const store::BodyRef body = email->body;
    DotStuffer stuffer;
    bool is_started = false;
    for (std::uint64_t offset = 0; offset < body.octets && !(filter && filter->is_done());) {
        const std::uint64_t length = std::min<std::uint64_t>(store::kBlobChunkOctets, body.octets - offset);
        auto chunk = co_await s.drop.account().read_body(body, offset, length);
        if (!chunk || chunk->empty()) {
            log_unreadable(s, chunk ? Error(Errc::Corrupt, "the body ends early") : chunk.error());
            if (is_started)
                throw net::Disconnected(net::Disconnected::Why::Closed, "message not readable to its end");
            co_return Reply::error(Code::SysTemp, "The message cannot be read now");
        }
        if (!is_started)
            s.out += "+OK " + std::to_string(message.octets) + " octets\r\n";
        is_started = true;
        offset += chunk->size();
        stuffer.feed(filter ? filter->pass(*chunk) : std::string_view(*chunk), s.out);
        co_await s.flush_if_full();
    }
    if (!is_started)
        s.out += "+OK 0 octets\r\n";
    stuffer.finish(s.out);
    co_return Reply();
}

} // namespace

Awaitable<Reply> on_retr(Session& s, std::string_view argument)
{
    const auto number = parse_message_number(argument);
    if (!number)
        co_return Reply::error("A message number is expected").bad();
    const auto* const message = s.drop.find(*number);
    if (message == nullptr)
        co_return Reply::error("No such message");
    Reply reply = co_await send(s, *message, nullptr);
    if (reply.is_sent()) {
        s.drop.mark_retrieved(*number);
        const bool marks = s.own.mark_seen || s.own.keep_retrieved.count() > 0;
        if (marks && s.login->user.may_change_mail())
            s.retrieved.push_back(message->uid);
    }
    co_return reply;
}

Awaitable<Reply> on_top(Session& s, std::string_view argument)
{
    const auto top = parse_top(argument);
    if (!top)
        co_return Reply::error("A message number and a count of lines are expected").bad();
    const auto* const message = s.drop.find(top->message);
    if (message == nullptr)
        co_return Reply::error("No such message");
    TopFilter filter(top->lines);
    co_return co_await send(s, *message, &filter);
}

} // namespace mailctl::pop3
