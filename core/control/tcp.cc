// TCP sockets for commands from other machines.
#include "core/control/tcp.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace mailctl::control {
namespace {

constexpr int kBacklog = 16;

struct FreeAddresses {
    void operator()(addrinfo* all) const { ::freeaddrinfo(all); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Result<Addresses> look_up(const std::string& host, std::uint16_t port, int flags)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
        failed != 0)
        return Error((flags & AI_NUMERICHOST) != 0 ? Errc::Invalid : Errc::NotFound,
                     host + ": " + ::gai_strerror(failed));
    return Addresses(found);
}

Descriptor socket_for(const addrinfo& address)
{
    return Descriptor(
        ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol));
}

void set(int socket, int level, int option)
{
    const int on = 1;
    ::setsockopt(socket, level, option, &on, sizeof on);
}

net::Endpoint endpoint_of(const sockaddr_storage& address)
{
    char text[INET6_ADDRSTRLEN] = {};
    net::Endpoint endpoint;
    if (address.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        endpoint.port = ntohs(v6.sin6_port);
    } else {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        endpoint.port = ntohs(v4.sin_port);
    }
    endpoint.address = text;
    return endpoint;
}

/// 0, or why it failed as errno.
int connect_within(int socket, const addrinfo& address, std::chrono::milliseconds limit)
{
    if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    pollfd polled{socket, POLLOUT, 0};
    if (::poll(&polled, 1, static_cast<int>(limit.count())) <= 0)
        return ETIMEDOUT;
    int failed = 0;
    socklen_t size = sizeof failed;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &failed, &size);
    return failed;
}

} // namespace

Result<Descriptor> listen_on(const std::string& address, std::uint16_t port)
{
    const std::string name = address + " port " + std::to_string(port);
    TRY(const auto found, look_up(address, port, AI_NUMERICHOST | AI_PASSIVE));
    Descriptor socket = socket_for(*found);
    set(socket.get(), SOL_SOCKET, SO_REUSEADDR);
    if (found->ai_family == AF_INET6)
        set(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY);
    if (!socket.is_open() || ::bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 ||
        ::listen(socket.get(), kBacklog) != 0)
        return Error(errno == EADDRINUSE ? Errc::Exists
                     : errno == EACCES   ? Errc::Denied
                                         : Errc::Unavailable,
                     name + ": " + std::strerror(errno));
    return socket;
}

Result<Accepted> accept_from(int listening)
{
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    Accepted accepted;
    accepted.socket = Descriptor(::accept4(listening, reinterpret_cast<sockaddr*>(&from), &size,
                                           SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!accepted.socket.is_open())
        return Error(errno == EAGAIN || errno == ECONNABORTED || errno == EINTR ? Errc::Busy
                                                                                : Errc::Unavailable,
                     std::strerror(errno));
    set(accepted.socket.get(), IPPROTO_TCP, TCP_NODELAY);
    set(accepted.socket.get(), SOL_SOCKET, SO_KEEPALIVE);
    accepted.peer = endpoint_of(from);
    return accepted;
}

Result<Descriptor> connect_to_host(const std::string& host, std::uint16_t port,
                                   std::chrono::milliseconds limit)
{
    TRY(const auto found, look_up(host, port, 0));
    int failed = 0;
    for (const addrinfo* at = found.get(); at; at = at->ai_next) {
        Descriptor socket = socket_for(*at);
        failed = socket.is_open() ? connect_within(socket.get(), *at, limit) : errno;
        if (failed != 0)
            continue;
        set(socket.get(), IPPROTO_TCP, TCP_NODELAY);
        set(socket.get(), SOL_SOCKET, SO_KEEPALIVE);
        return socket;
    }
    return Error(Errc::Unavailable,
                 host + " port " + std::to_string(port) + ": " + std::strerror(failed));
}

} // namespace mailctl::control
