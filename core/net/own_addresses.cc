// Asks the kernel for this machine's addresses.
#include "core/net/own_addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

namespace mailctl::net {

std::vector<std::string> own_addresses()
{
    std::vector<std::string> out;
    ifaddrs* first = nullptr;
    if (getifaddrs(&first) != 0)
        return out;
    for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr)
            continue;
        char text[INET6_ADDRSTRLEN] = {};
        if (one->ifa_addr->sa_family == AF_INET)
            inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr, text, sizeof text);
        else if (one->ifa_addr->sa_family == AF_INET6)
            inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr, text,
                      sizeof text);
        if (text[0] != '\0')
            out.emplace_back(text);
    }
    freeifaddrs(first);
    return out;
}

} // namespace mailctl::net
