// Socket addresses from and to text.
#include "core/net/socket_address.h"

#include <cstring>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace mailctl::net {
namespace {

Result<SocketAddress> unix_address(const std::string& path)
{
    SocketAddress out;
    auto& un = reinterpret_cast<sockaddr_un&>(out.storage);
    if (path.empty() || path.size() >= sizeof un.sun_path)
        return Error(Errc::Invalid, "socket path \"" + path + "\" is empty or over " +
                                        std::to_string(sizeof un.sun_path - 1) + " octets");
    un.sun_family = AF_UNIX;
    std::memcpy(un.sun_path, path.c_str(), path.size() + 1);
    out.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return out;
}

} // namespace

Result<SocketAddress> parse_socket_address(const std::string& address, std::uint16_t port)
{
    if (address.starts_with("unix:"))
        return unix_address(address.substr(5));
    SocketAddress out;
    auto& v4 = reinterpret_cast<sockaddr_in&>(out.storage);
    if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        out.size = sizeof v4;
        return out;
    }
    auto& v6 = reinterpret_cast<sockaddr_in6&>(out.storage);
    const auto zone = address.find('%');
    if (inet_pton(AF_INET6, address.substr(0, zone).c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        if (zone != std::string::npos)
            v6.sin6_scope_id = if_nametoindex(address.c_str() + zone + 1);
        out.size = sizeof v6;
        return out;
    }
    return Error(Errc::Invalid, "\"" + address + "\" is not an IP address");
}

Endpoint endpoint_of(const SocketAddress& address)
{
    char text[INET6_ADDRSTRLEN] = {};
    if (address.family() == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address.storage);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        return {text, ntohs(v4.sin_port)};
    }
    if (address.family() == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address.storage);
        inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        return {text, ntohs(v6.sin6_port)};
    }
    return {"unix", 0};
}

} // namespace mailctl::net
