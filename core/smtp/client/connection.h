// The stream to a peer with its replies: reads and parses them, each wait within its limit.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/net/stream.h"
#include "core/smtp/peer_reply.h"

namespace mailctl::smtp {

/// Threads: as its stream.
class Connection {
public:
    explicit Connection(std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {}

    net::Stream& stream() { return *stream_; }
    const net::Stream& stream() const { return *stream_; }

    /// Begins to wait for a reply: all of it, with the writes before it, within `limit` each.
    void expect(std::chrono::milliseconds limit, ReplyParser parser = ReplyParser());
    /// The reply, where all of it is here. Throws Disconnected where it makes no sense.
    bool try_take(PeerReply& into);
    /// Waits for more octets of the reply. Throws Disconnected.
    Awaitable<> fill();

    /// expect(), try_take() and fill() in one, after writing `octets`. For what is not hot.
    Awaitable<PeerReply> ask(std::string octets, std::chrono::milliseconds limit,
                             ReplyParser parser = ReplyParser());

    /// Octets are here that no reply has taken.
    bool has_buffered() const { return begin_ < in_.size(); }
    /// What a peer that is gone said last, as far as it is here: why it left, with luck.
    std::optional<PeerReply> last_words();
    /// False where the peer has closed, or said something unasked.
    bool is_quiet();

private:
    void append(std::string_view octets);
    std::string_view buffered() const { return std::string_view(in_).substr(begin_); }

    std::unique_ptr<net::Stream> stream_;
    std::string in_;
    std::size_t begin_ = 0;
    ReplyParser parser_;
    std::chrono::steady_clock::time_point end_; ///< of the wait for this reply
    bool has_waited_ = false;
};

} // namespace mailctl::smtp
