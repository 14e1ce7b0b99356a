// The connection of a command from another machine: frames over TLS.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/control/descriptor.h"
#include "core/net/stream.h"

namespace mailctl::net {
class TlsSession;
}

namespace mailctl::control {

// DO NOT CHANGE: on the wire since 0.1. A frame is a kind, a stream (0 where it has none), the
// octets of its body as a 32-bit number in network order, and the body.
enum class FrameKind : std::uint8_t {
    Hello = 1, ///< kMagic, kProtocol, the token: the client's first
    Request,   ///< encode(Request): its second
    Data,      ///< octets of a stream
    End,       ///< a stream has ended
    Room,      ///< how many more octets of a stream its reader takes: a 32-bit number
    Stop,      ///< a stream's reader is gone
    Answer,    ///< encode(Answer): the server's last
};

struct Frame {
    FrameKind kind = FrameKind::Answer;
    std::uint8_t stream = 0;
    std::string body;
};

inline constexpr std::size_t kMaxHelloOctets = 1024;
inline constexpr std::size_t kMaxFrameOctets = 64 * 1024; ///< but for a request

/// Threads: one. Only the functions that take a limit wait; they also end when `wake`, a
/// descriptor or -1, has something to read.
class Channel {
public:
    using milliseconds = std::chrono::milliseconds;

    /// The socket must never block, and is the one of the session.
    Channel(Descriptor socket, std::unique_ptr<net::TlsSession> tls, int wake);
    ~Channel();

    /// Errors: Unavailable (the peer is gone or too slow), Denied (TLS does not come about).
    Result<net::TlsInfo> handshake(milliseconds limit);

    /// Adds to what is to be sent.
    void put(FrameKind kind, std::uint8_t stream, std::string_view body);
    /// Octets that wait to be sent.
    std::size_t queued() const { return out_.size() - sent_; }
    /// Sends and reads what can be now. Errors: Unavailable (the peer is gone).
    Result<> move();
    /// The next frame that is here whole. Errors: Invalid (none, or longer than `limit` octets).
    Result<std::optional<Frame>> take(std::size_t limit);

    /// Errors: Unavailable (the peer is gone or too slow), and those of take().
    Result<Frame> receive(std::size_t limit, milliseconds time);
    /// Sends all. Errors: Unavailable.
    Result<> flush(milliseconds time);
    /// Says goodbye as far as it can without waiting.
    void close();
    /// The same, and waits until the peer has closed: what was sent would be lost on its way if this
    /// end closed with octets unread (TCP answers those with a reset).
    void close_after_peer(milliseconds limit);

    int descriptor() const { return socket_.get(); }
    short events() const;                     ///< what poll(2) should look for
    bool has_more() const { return has_more_; } ///< move() again without waiting

private:
    Result<> send_queued();
    Result<> read_some();
    Result<> wait(short events, std::chrono::steady_clock::time_point end) const;

    Descriptor socket_;
    std::unique_ptr<net::TlsSession> tls_;
    int wake_;
    std::string out_;
    std::size_t sent_ = 0;
    std::string in_;
    bool write_wants_read_ = false, read_wants_write_ = false;
    bool has_more_ = false;
};

/// A number as frames carry it.
std::string encode_number(std::uint32_t number);
/// Errors: Invalid.
Result<std::uint32_t> decode_number(std::string_view body);

} // namespace mailctl::control
