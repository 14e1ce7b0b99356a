// Streams over sockets: octets move by recv and send, Asio only tells when; TLS sits between.
#include "core/net/socket_stream.h"

#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/net/socket_address.h"
#include "core/net/tls.h"
#include "core/net/tls_session.h"
#include "core/net/traffic.h"

namespace mailctl::net {
namespace {

using Socket = boost::asio::generic::stream_protocol::socket;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kDrainOctets = 64 * 1024;

/// The socket with its one timer; outlives the stream while a closer or the timer looks at it.
struct Core : std::enable_shared_from_this<Core> {
    Core(boost::asio::any_io_executor e, int family, int descriptor)
        : socket(e), timer(e), executor(std::move(e))
    {
        socket.assign(boost::asio::generic::stream_protocol(family, 0), descriptor);
    }

    Socket socket;
    boost::asio::steady_timer timer;
    boost::asio::any_io_executor executor;
    std::unique_ptr<TlsSession> tls;
    std::chrono::milliseconds limit{0};
    SteadyTime deadline = SteadyTime::max(); ///< of the wait under way
    SteadyTime armed = SteadyTime::max();    ///< when the timer fires; max: it does not run
    bool waiting = false, expired = false, stopped = false, interrupted = false;

    void begin_wait()
    {
        waiting = true;
        expired = interrupted = false;
        if (limit.count() <= 0) {
            deadline = SteadyTime::max();
            return;
        }
        deadline = std::chrono::steady_clock::now() + limit;
        // An earlier timer keeps running: it looks again when it fires, so that a busy session
        // does not set a timer a line.
        if (deadline < armed)
            arm();
    }

    void arm()
    {
        armed = deadline;
        timer.expires_at(armed);
        timer.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
            if (const auto self = weak.lock(); self && !ec)
                self->on_timer();
        });
    }

    void on_timer()
    {
        armed = SteadyTime::max();
        if (!waiting)
            return;
        if (std::chrono::steady_clock::now() < deadline) {
            if (deadline != SteadyTime::max())
                arm();
            return;
        }
        expired = true;
        boost::system::error_code ignored;
        socket.cancel(ignored);
    }

    void stop()
    {
        stopped = true;
        boost::system::error_code ignored;
        socket.cancel(ignored);
    }
};

SocketAddress name_of(int descriptor, int (*get)(int, sockaddr*, socklen_t*))
{
    SocketAddress address;
    address.size = sizeof address.storage;
    if (get(descriptor, address.get(), &address.size) != 0)
        address = SocketAddress();
    return address;
}

Socket::wait_type direction_of(TlsWant want)
{
    return want == TlsWant::Read ? Socket::wait_read : Socket::wait_write;
}

class SocketStream : public Stream {
public:
    SocketStream(int descriptor, boost::asio::any_io_executor executor, int family)
        : core_(std::make_shared<Core>(std::move(executor), family, descriptor))
    {}
    ~SocketStream() override { say_goodbye(); }
    SocketStream(const SocketStream&) = delete;
    SocketStream& operator=(const SocketStream&) = delete;

    std::size_t try_read(char* buffer, std::size_t size) override
    {
        check_open();
        if (core_->tls)
            return received(try_read_tls(buffer, size));
        const auto got = ::recv(descriptor(), buffer, size, MSG_DONTWAIT);
        if (got > 0)
            return received(static_cast<std::size_t>(got));
        if (got == 0)
            throw Disconnected(Disconnected::Why::Closed, "the peer closed");
        if (errno == EAGAIN || errno == EINTR)
            return 0;
        throw Disconnected(Disconnected::Why::Closed, std::strerror(errno));
    }

    Awaitable<std::size_t> read_some(char* buffer, std::size_t size) override
    {
        for (;;) {
            const std::size_t got = try_read(buffer, size);
            if (got > 0)
                co_return got;
            co_await wait(Socket::wait_read, Interrupt::No);
        }
    }

    Awaitable<> write(std::string_view octets) override
    {
        while (!octets.empty()) {
            const TlsSession::Outcome outcome =
                core_->tls ? core_->tls->write(octets) : send(octets);
            octets.remove_prefix(outcome.octets);
            traffic_->sent.fetch_add(outcome.octets, std::memory_order_relaxed);
            if (outcome.octets > 0)
                continue;
            throw_if_over(outcome.want);
            co_await wait(direction_of(outcome.want), Interrupt::No);
        }
    }

    void set_deadline(std::chrono::milliseconds limit) override { core_->limit = limit; }

    Awaitable<> start_tls(std::shared_ptr<const TlsContext> context) override
    {
        check_open();
        auto session = TlsSession::make(std::move(context), descriptor());
        if (!session)
            throw Disconnected(Disconnected::Why::Tls, session.error().detail());
        core_->tls = *std::move(session);
        for (;;) {
            const TlsWant want = core_->tls->handshake();
            if (want == TlsWant::Nothing)
                break;
            throw_if_over(want == TlsWant::Closed ? TlsWant::Failed : want);
            co_await wait(direction_of(want), Interrupt::No);
        }
        info_ = core_->tls->info();
    }
    const std::optional<TlsInfo>& tls() const override { return info_; }

    const Endpoint& local() const override { return local_; }
    const Endpoint& peer() const override { return peer_; }
    boost::asio::any_io_executor executor() override { return core_->executor; }
    std::shared_ptr<const Traffic> traffic() const override { return traffic_; }

    Awaitable<> wait_readable() override
    {
        check_open();
        if (core_->tls && core_->tls->has_pending())
            co_return;
        co_await wait(Socket::wait_read, Interrupt::Yes);
    }

    void cancel_wait() override
    {
        if (!core_->waiting)
            return;
        core_->interrupted = true;
        boost::system::error_code ignored;
        core_->socket.cancel(ignored);
    }

    void close() override { closer()(); }
    std::function<void()> closer() override
    {
        return [weak = std::weak_ptr<Core>(core_)] {
            auto core = weak.lock();
            if (!core)
                return;
            const auto executor = core->executor;
            boost::asio::dispatch(executor, [core = std::move(core)] { core->stop(); });
        };
    }

    /// Learns both ends' addresses, once connected.
    void name_ends()
    {
        local_ = endpoint_of(name_of(descriptor(), ::getsockname));
        peer_ = endpoint_of(name_of(descriptor(), ::getpeername));
    }

    /// Waits until a non-blocking connect has ended; the error it ended with, 0 for none.
    Awaitable<int> connected()
    {
        co_await wait(Socket::wait_write, Interrupt::No);
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(descriptor(), SOL_SOCKET, SO_ERROR, &error, &size);
        co_return error;
    }

private:
    enum class Interrupt { No, Yes };

    int descriptor() const { return core_->socket.native_handle(); }

    void check_open() const
    {
        if (core_->stopped)
            throw Disconnected(Disconnected::Why::Stopping, "closed here");
    }

    void throw_if_over(TlsWant want) const
    {
        if (want == TlsWant::Closed)
            throw Disconnected(Disconnected::Why::Closed,
                               core_->tls ? core_->tls->failure() : "the peer closed");
        if (want == TlsWant::Failed)
            throw Disconnected(Disconnected::Why::Tls, core_->tls->failure());
    }

    std::size_t received(std::size_t octets) const
    {
        traffic_->received.fetch_add(octets, std::memory_order_relaxed);
        return octets;
    }

    std::size_t try_read_tls(char* buffer, std::size_t size)
    {
        const TlsSession::Outcome outcome = core_->tls->read(buffer, size);
        if (outcome.octets == 0)
            throw_if_over(outcome.want);
        return outcome.octets;
    }

    TlsSession::Outcome send(std::string_view octets) const
    {
        TlsSession::Outcome outcome;
        const auto sent =
            ::send(descriptor(), octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0)
            outcome.octets = static_cast<std::size_t>(sent);
        outcome.want = sent >= 0                             ? TlsWant::Nothing
                       : (errno == EAGAIN || errno == EINTR) ? TlsWant::Write
                                                             : TlsWant::Closed;
        return outcome;
    }

    Awaitable<> wait(Socket::wait_type what, Interrupt interrupt)
    {
        check_open();
        core_->begin_wait();
        const auto [ec] = co_await core_->socket.async_wait(
            what, boost::asio::as_tuple(boost::asio::use_awaitable));
        core_->waiting = false;
        check_open();
        if (core_->interrupted && interrupt == Interrupt::Yes)
            co_return;
        if (core_->expired)
            throw Disconnected(Disconnected::Why::Deadline, "the deadline passed");
        if (ec && ec != boost::asio::error::operation_aborted)
            throw Disconnected(Disconnected::Why::Closed, ec.message());
    }

    /// Ends in a way that lets the peer read what was written last: octets that nobody reads any
    /// more would make the kernel answer with a reset.
    void say_goodbye()
    {
        if (core_->tls && !core_->stopped)
            core_->tls->shutdown();
        ::shutdown(descriptor(), SHUT_WR);
        char octets[4096];
        for (std::size_t drained = 0; drained < kDrainOctets; drained += sizeof octets)
            if (::recv(descriptor(), octets, sizeof octets, MSG_DONTWAIT) <= 0)
                break;
        core_->tls.reset();
        boost::system::error_code ignored;
        core_->timer.cancel();
        core_->socket.close(ignored);
        core_->stopped = true;
    }

    std::shared_ptr<Core> core_;
    std::shared_ptr<Traffic> traffic_ = std::make_shared<Traffic>();
    std::optional<TlsInfo> info_;
    Endpoint local_, peer_;
};

void tune(int descriptor, int family)
{
    const int on = 1;
    if (family == AF_UNIX)
        return;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

/// Binds to a source address. The port is chosen when the socket connects, so that two sockets may
/// share one where their peers differ.
Result<> bind_to(int descriptor, int family, const std::string& source)
{
    TRY(const SocketAddress from, parse_socket_address(source, 0));
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (from.family() != family)
        return Error(Errc::Denied, source + ": of another address family");
    if (::bind(descriptor, from.get(), from.size) != 0)
        return Error(Errc::Denied, source + ": " + std::strerror(errno));
    return ok();
}

} // namespace

std::unique_ptr<Stream> make_socket_stream(int descriptor, boost::asio::any_io_executor executor)
{
    const int family = name_of(descriptor, ::getsockname).family();
    tune(descriptor, family);
    auto stream = std::make_unique<SocketStream>(descriptor, std::move(executor), family);
    stream->name_ends();
    return stream;
}

Awaitable<Result<std::unique_ptr<Stream>>> connect(std::string address, std::uint16_t port,
                                                   std::chrono::milliseconds limit,
                                                   std::string source)
{
    CO_TRY(const SocketAddress to, parse_socket_address(address, port));
    const auto executor = co_await boost::asio::this_coro::executor;
    const int descriptor = ::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        co_return Error(Errc::Unavailable, std::strerror(errno));
    tune(descriptor, to.family());
    auto stream = std::make_unique<SocketStream>(descriptor, executor, to.family());
    if (!source.empty())
        CO_TRY_VOID(bind_to(descriptor, to.family(), source));
    stream->set_deadline(limit);
    int error = ::connect(descriptor, to.get(), to.size) == 0 ? 0 : errno;
    try {
        if (error == EINPROGRESS)
            error = co_await stream->connected();
    } catch (const Disconnected&) {
        error = ETIMEDOUT;
    }
    if (error != 0)
        co_return Error(Errc::Unavailable, address + ": " + std::strerror(error));
    stream->set_deadline(std::chrono::milliseconds(0));
    stream->name_ends();
    co_return std::unique_ptr<Stream>(std::move(stream));
}

} // namespace mailctl::net
