// Reads replies: one read brings as many as the peer has sent.
#include "core/smtp/client/connection.h"

#include <algorithm>

namespace mailctl::smtp {
namespace {

constexpr std::size_t kReadOctets = 16 * 1024; ///< one read at most

/// Where a read lands before what came is copied: a connection owns no buffer for what may come.
char* scratch()
{
    thread_local char octets[kReadOctets];
    return octets;
}

} // namespace

void Connection::expect(std::chrono::milliseconds limit, ReplyParser parser)
{
    parser_ = std::move(parser);
    has_waited_ = false;
    end_ = std::chrono::steady_clock::now() + limit;
    stream_->set_deadline(limit);
}

bool Connection::try_take(PeerReply& into)
{
    std::string_view rest = buffered();
    const ReplyParser::State state = parser_.feed(rest);
    begin_ = in_.size() - rest.size();
    if (state == ReplyParser::State::Bad)
        throw net::Disconnected(net::Disconnected::Why::Closed, "the peer sent no proper reply");
    if (state == ReplyParser::State::More)
        return false;
    into = parser_.take();
    parser_ = ReplyParser();
    return true;
}

Awaitable<> Connection::fill()
{
    // A peer that sends octet after octet gets no more time than one that sends nothing.
    if (has_waited_) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end_ - std::chrono::steady_clock::now());
        stream_->set_deadline(std::max(left, std::chrono::milliseconds(1)));
    }
    for (std::size_t got = 0; got == 0;) {
        co_await stream_->wait_readable();
        got = stream_->try_read(scratch(), kReadOctets);
        append({scratch(), got});
    }
    has_waited_ = true;
}

Awaitable<PeerReply> Connection::ask(std::string octets, std::chrono::milliseconds limit,
                                     ReplyParser parser)
{
    expect(limit, std::move(parser));
    co_await stream_->write(octets);
    PeerReply reply;
    while (!try_take(reply))
        co_await fill();
    co_return reply;
}

std::optional<PeerReply> Connection::last_words()
{
    PeerReply reply;
    try {
        append({scratch(), stream_->try_read(scratch(), kReadOctets)});
    } catch (const net::Disconnected&) { // then what was read before must do
    }
    try {
        if (try_take(reply))
            return reply;
    } catch (const net::Disconnected&) { // no reply: nothing was said
    }
    return std::nullopt;
}

bool Connection::is_quiet()
{
    if (has_buffered())
        return false;
    try {
        const std::size_t got = stream_->try_read(scratch(), kReadOctets);
        append({scratch(), got});
        return got == 0;
    } catch (const net::Disconnected&) {
        return false;
    }
}

void Connection::append(std::string_view octets)
{
    in_.erase(0, begin_);
    begin_ = 0;
    in_ += octets;
}

} // namespace mailctl::smtp
