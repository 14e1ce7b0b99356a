// Listening sockets and the loop that accepts from one.
#include "core/net/listener.h"

#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "core/base/log.h"
#include "core/net/socket_address.h"
#include "core/net/socket_stream.h"

namespace mailctl::net {
namespace {

constexpr int kAcceptsPerTurn = 64;
constexpr std::chrono::milliseconds kPause{100}; ///< after descriptors ran out

Error error_of(int number, const std::string& where)
{
    const Errc code = number == EADDRINUSE                  ? Errc::Exists
                      : number == EACCES || number == EPERM ? Errc::Denied
                                                            : Errc::Unavailable;
    return Error(code, where + ": " + std::strerror(number));
}

/// A Unix socket whose server died stays in the file system: gone if nobody answers there.
void remove_stale(const SocketAddress& address, const std::string& path)
{
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode))
        return;
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0)
        return;
    if (::connect(probe, address.get(), address.size) != 0 && errno == ECONNREFUSED)
        ::unlink(path.c_str());
    ::close(probe);
}

} // namespace

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
{
    *this = std::move(other);
}

ListeningSocket& ListeningSocket::operator=(ListeningSocket&& other) noexcept
{
    std::swap(descriptor_, other.descriptor_);
    std::swap(local_, other.local_);
    std::swap(path_, other.path_);
    return *this;
}

ListeningSocket::~ListeningSocket()
{
    if (!path_.empty())
        ::unlink(path_.c_str());
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

Result<ListeningSocket> ListeningSocket::bind(const std::string& address, std::uint16_t port,
                                              unsigned unix_mode)
{
    TRY(const SocketAddress to, parse_socket_address(address, port));
    ListeningSocket made;
    const bool is_unix = to.family() == AF_UNIX;
    const std::string where = is_unix ? address : to_string(endpoint_of(to));
    const int descriptor = ::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return error_of(errno, where);
    made.descriptor_ = descriptor;
    const int on = 1;
    if (is_unix)
        remove_stale(to, address.substr(5));
    else
        ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (to.family() == AF_INET6)
        ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (::bind(descriptor, to.get(), to.size) != 0)
        return error_of(errno, where);
    if (is_unix)
        made.path_ = address.substr(5);
    // Nobody can connect before listen, so the mode is right in time.
    if (is_unix && ::chmod(made.path_.c_str(), unix_mode) != 0)
        return error_of(errno, where);
    if (::listen(descriptor, kBacklog) != 0)
        return error_of(errno, where);
    SocketAddress bound;
    bound.size = sizeof bound.storage;
    ::getsockname(descriptor, bound.get(), &bound.size);
    made.local_ = endpoint_of(bound);
    return made;
}

/// Runs on a strand of its own; the lock orders close() with a callback under way.
struct Listener::Loop : std::enable_shared_from_this<Loop> {
    Loop(boost::asio::io_context& context, ListeningSocket s, OnConnection callback, Home of_connections)
        : io(context),
          home(std::move(of_connections)),
          strand(boost::asio::make_strand(context)),
          socket(std::move(s)),
          waiter(strand, ::dup(socket.descriptor())),
          pause(strand),
          reserve(::open("/dev/null", O_RDONLY | O_CLOEXEC)),
          on_connection(std::move(callback))
    {
        ::fcntl(waiter.native_handle(), F_SETFD, FD_CLOEXEC);
    }
    ~Loop()
    {
        if (reserve >= 0)
            ::close(reserve);
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    bool is_unix() const { return socket.local().address == "unix"; }

    void wait()
    {
        is_waiting = true;
        waiter.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& ec) {
                              if (!ec)
                                  self->on_ready();
                          });
    }

    void on_ready()
    {
        const std::lock_guard lock(mutex);
        is_waiting = false;
        if (is_paused && !is_unix()) // what woke it was the end of listening
            return;
        for (int i = 0; i < kAcceptsPerTurn && !closed; ++i) {
            const int accepted =
                ::accept4(socket.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (accepted >= 0 && is_paused) {
                ::close(accepted);
            } else if (accepted >= 0) {
                on_connection(make_socket_stream(accepted, home ? home() : boost::asio::make_strand(io)));
            } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                refuse_one(errno);
                return;
            } else if (errno == EAGAIN) {
                break;
            } // else that connection ended before it was accepted
        }
        if (!closed)
            wait();
    }

    /// The reserved descriptor lets one waiting connection be accepted and closed.
    void refuse_one(int number)
    {
        log::error("server", "accept failed",
                   {{"listener", to_string(socket.local())}, {"why", std::strerror(number)}});
        if (reserve >= 0) {
            ::close(reserve);
            const int accepted = ::accept4(socket.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
            if (accepted >= 0)
                ::close(accepted);
            reserve = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        }
        pause.expires_after(kPause);
        pause.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
            if (!ec)
                self->on_ready();
        });
    }

    // A listening TCP socket that is shut down refuses connections and keeps its port; listen(2)
    // opens it again. A Unix socket stays shut, so that one is never shut down.
    void pause_accepting()
    {
        const std::lock_guard lock(mutex);
        if (closed || std::exchange(is_paused, true) || is_unix())
            return;
        ::shutdown(socket.descriptor(), SHUT_RD);
    }

    Result<> resume_accepting()
    {
        const std::lock_guard lock(mutex);
        if (closed || !is_paused)
            return ok();
        if (!is_unix() && ::listen(socket.descriptor(), kBacklog) != 0)
            return error_of(errno, to_string(socket.local()));
        is_paused = false;
        boost::asio::post(strand, [self = shared_from_this()] {
            const std::lock_guard again(self->mutex);
            if (!self->closed && !self->is_paused && !self->is_waiting)
                self->wait();
        });
        return ok();
    }

    void close()
    {
        {
            const std::lock_guard lock(mutex);
            if (std::exchange(closed, true))
                return;
            on_connection = nullptr;
            socket = ListeningSocket(); // the port and the path are free from here on...
            ::shutdown(waiter.native_handle(), SHUT_RDWR);
        }
        boost::asio::post(strand, [self = shared_from_this()] {
            boost::system::error_code ignored;
            self->waiter.close(ignored); // ...once the duplicate is closed too
            self->pause.cancel();
        });
    }

    boost::asio::io_context& io;
    Home home;
    boost::asio::strand<boost::asio::io_context::executor_type> strand;
    ListeningSocket socket;
    boost::asio::posix::stream_descriptor waiter; ///< a duplicate, so that closing needs no wait
    boost::asio::steady_timer pause;
    int reserve;
    OnConnection on_connection;
    std::mutex mutex;
    bool closed = false;
    bool is_paused = false;
    bool is_waiting = false;
};

Listener::Listener(boost::asio::io_context& io, ListeningSocket socket, OnConnection on_connection, Home home)
    : loop_(std::make_shared<Loop>(io, std::move(socket), std::move(on_connection), std::move(home)))
{
    boost::asio::post(loop_->strand, [loop = loop_] {
        const std::lock_guard lock(loop->mutex);
        if (!loop->closed)
            loop->wait();
    });
}

Listener::~Listener()
{
    close();
}

const Endpoint& Listener::local() const
{
    return loop_->socket.local();
}

void Listener::pause()
{
    loop_->pause_accepting();
}

Result<> Listener::resume()
{
    return loop_->resume_accepting();
}

void Listener::close()
{
    loop_->close();
}

} // namespace mailctl::net
