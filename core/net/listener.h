// Listening sockets and the loop that accepts from one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/net/stream.h"

namespace mailctl::net {

inline constexpr int kBacklog = 4096; ///< the kernel lowers it to net.core.somaxconn

/// A bound, listening socket. Owns: its descriptor, and the path of a Unix socket.
class ListeningSocket {
public:
    ListeningSocket() = default;
    ListeningSocket(ListeningSocket&& other) noexcept;
    ListeningSocket& operator=(ListeningSocket&& other) noexcept;
    ~ListeningSocket();

    /// Binds an address in figures or "unix:PATH" (made with `unix_mode`); port 0: any free one.
    /// IPv6 sockets take IPv6 only. A Unix path left behind by a dead server is taken over.
    /// Errors: Invalid (no address), Exists (in use), Denied (port or path not permitted),
    /// Unavailable (address or family not on this machine).
    static Result<ListeningSocket> bind(const std::string& address, std::uint16_t port,
                                        unsigned unix_mode = 0666);

    int descriptor() const { return descriptor_; }
    const Endpoint& local() const { return local_; }

private:
    int descriptor_ = -1;
    Endpoint local_;
    std::string path_; ///< of a Unix socket: removed at the end
};

/// Accepts from one socket until closed. Threads: any; `on_connection` and `home` run on the
/// io_context, one at a time.
class Listener {
public:
    /// Gives each connection its own strand, which its stream names as executor.
    using Home = std::function<boost::asio::any_io_executor()>;
    using OnConnection = std::function<void(std::unique_ptr<Stream>)>;

    /// Starts accepting at once. Without free descriptors a waiting connection is closed, and the
    /// next try waits: it never spins.
    /// `home` empty: strands of `io`.
    Listener(boost::asio::io_context& io, ListeningSocket socket, OnConnection on_connection, Home home = {});
    ~Listener(); ///< as close()
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    const Endpoint& local() const;
    /// Refuses connections; the port stays taken, so that a process which may not bind it any more
    /// can resume. A Unix socket closes each connection at once. Connections made stay.
    void pause();
    /// Errors: Exists (another process listens on the port meanwhile), Unavailable.
    Result<> resume();
    /// Accepts no more; connections made stay. Returns when no `on_connection` is under way or to
    /// come, so never call it from one.
    void close();

private:
    struct Loop;
    std::shared_ptr<Loop> loop_;
};

} // namespace mailctl::net
