// Frames over TLS on a socket that never blocks.
#include "core/control/channel.h"

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/socket.h>

#include "core/net/tls_session.h"

namespace mailctl::control {
namespace {

constexpr std::size_t kHeaderOctets = 6;
constexpr std::size_t kReadOctets = 64 * 1024; ///< before others get their turn
constexpr std::size_t kLastKind = static_cast<std::size_t>(FrameKind::Answer);

using Clock = std::chrono::steady_clock;

int left_until(Clock::time_point end)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
}

} // namespace

Channel::Channel(Descriptor socket, std::unique_ptr<net::TlsSession> tls, int wake)
    : socket_(std::move(socket)), tls_(std::move(tls)), wake_(wake)
{
}

Channel::~Channel() = default;

Result<> Channel::wait(short events, Clock::time_point end) const
{
    pollfd polled[] = {{socket_.get(), events, 0}, {wake_, POLLIN, 0}};
    int ready = 0;
    do
        ready = ::poll(polled, 2, left_until(end));
    while (ready < 0 && errno == EINTR);
    if (polled[1].revents != 0)
        return Error(Errc::Unavailable, "the server stops");
    if (ready <= 0)
        return Error(Errc::Unavailable, "the peer is too slow");
    return ok();
}

Result<net::TlsInfo> Channel::handshake(milliseconds limit)
{
    const auto end = Clock::now() + limit;
    for (;;) {
        switch (tls_->handshake()) {
            case net::TlsWant::Nothing:
                return tls_->info();
            case net::TlsWant::Read:
                TRY_VOID(wait(POLLIN, end));
                break;
            case net::TlsWant::Write:
                TRY_VOID(wait(POLLOUT, end));
                break;
            case net::TlsWant::Closed:
            case net::TlsWant::Failed:
                return Error(Errc::Denied, "TLS: " + tls_->failure());
        }
    }
}

void Channel::put(FrameKind kind, std::uint8_t stream, std::string_view body)
{
    out_ += static_cast<char>(kind);
    out_ += static_cast<char>(stream);
    out_ += encode_number(static_cast<std::uint32_t>(body.size()));
    out_ += body;
}

Result<> Channel::send_queued()
{
    write_wants_read_ = false;
    while (queued() > 0) {
        const auto done = tls_->write(std::string_view(out_).substr(sent_));
        sent_ += done.octets;
        if (done.want == net::TlsWant::Closed || done.want == net::TlsWant::Failed)
            return Error(Errc::Unavailable, tls_->failure());
        if (done.want != net::TlsWant::Nothing) {
            write_wants_read_ = done.want == net::TlsWant::Read;
            break;
        }
    }
    out_.erase(0, sent_);
    sent_ = 0;
    return ok();
}

Result<> Channel::read_some()
{
    read_wants_write_ = false;
    has_more_ = false;
    char some[16 * 1024];
    for (std::size_t total = 0; total < kReadOctets;) {
        const auto done = tls_->read(some, sizeof some);
        in_.append(some, done.octets);
        total += done.octets;
        if (done.want == net::TlsWant::Closed || done.want == net::TlsWant::Failed)
            return Error(Errc::Unavailable, tls_->failure());
        if (done.want != net::TlsWant::Nothing) {
            read_wants_write_ = done.want == net::TlsWant::Write;
            return ok();
        }
    }
    has_more_ = true;
    return ok();
}

Result<> Channel::move()
{
    TRY_VOID(send_queued());
    return read_some();
}

Result<std::optional<Frame>> Channel::take(std::size_t limit)
{
    if (in_.size() < kHeaderOctets)
        return std::optional<Frame>();
    const auto kind = static_cast<unsigned char>(in_[0]);
    TRY(const std::uint32_t size, decode_number(std::string_view(in_).substr(2, 4)));
    if (kind == 0 || kind > kLastKind || size > limit)
        return Error(Errc::Invalid, "malformed frame");
    if (in_.size() - kHeaderOctets < size)
        return std::optional<Frame>();
    Frame frame;
    frame.kind = static_cast<FrameKind>(kind);
    frame.stream = static_cast<std::uint8_t>(in_[1]);
    frame.body = in_.substr(kHeaderOctets, size);
    in_.erase(0, kHeaderOctets + size);
    return std::optional<Frame>(std::move(frame));
}

Result<Frame> Channel::receive(std::size_t limit, milliseconds time)
{
    const auto end = Clock::now() + time;
    for (;;) {
        TRY(auto frame, take(limit));
        if (frame)
            return *std::move(frame);
        const auto moved = move();
        TRY(frame, take(limit)); // what came before the end counts
        if (frame)
            return *std::move(frame);
        TRY_VOID(moved);
        if (!has_more_)
            TRY_VOID(wait(events(), end));
    }
}

Result<> Channel::flush(milliseconds time)
{
    const auto end = Clock::now() + time;
    for (;;) {
        TRY_VOID(send_queued());
        if (queued() == 0)
            return ok();
        TRY_VOID(wait(write_wants_read_ ? POLLIN : POLLOUT, end));
    }
}

void Channel::close()
{
    tls_->shutdown();
}

void Channel::close_after_peer(milliseconds limit)
{
    close();
    ::shutdown(socket_.get(), SHUT_WR);
    const auto end = Clock::now() + limit;
    char unread[4096];
    for (;;) {
        const auto got = ::recv(socket_.get(), unread, sizeof unread, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return;
        if (got < 0 && !wait(POLLIN, end))
            return;
    }
}

short Channel::events() const
{
    const bool out = (queued() > 0 && !write_wants_read_) || read_wants_write_;
    return static_cast<short>(out ? POLLIN | POLLOUT : POLLIN);
}

std::string encode_number(std::uint32_t number)
{
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>(number >> shift);
    return out;
}

Result<std::uint32_t> decode_number(std::string_view body)
{
    if (body.size() != 4)
        return Error(Errc::Invalid, "malformed number");
    std::uint32_t number = 0;
    for (const char c : body)
        number = number << 8 | static_cast<unsigned char>(c);
    return number;
}

} // namespace mailctl::control
