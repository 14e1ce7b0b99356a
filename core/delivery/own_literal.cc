// Compares address literals with the machine's interfaces.
#include "core/delivery/own_literal.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <cstring>
#include <memory>
#include <string>

#include "core/base/ascii.h"

namespace mailctl::delivery {
namespace {

constexpr std::string_view kIpv6Tag = "IPv6:";

template <class Socket, class Address>
bool has(const ifaddrs& entry, Address Socket::*member, const Address& wanted)
{
    Socket own;
    std::memcpy(&own, entry.ifa_addr, sizeof own);
    return std::memcmp(&(own.*member), &wanted, sizeof wanted) == 0;
}

} // namespace

bool is_own_literal(std::string_view literal)
{
    if (literal.size() < 3 || literal.front() != '[' || literal.back() != ']')
        return false;
    std::string text(literal.substr(1, literal.size() - 2));
    const bool v6 = ascii::starts_with_ignoring_case(text, kIpv6Tag);
    if (v6)
        text.erase(0, kIpv6Tag.size());
    in_addr v4_wanted{};
    in6_addr v6_wanted{};
    if (inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(),
                  v6 ? static_cast<void*>(&v6_wanted) : &v4_wanted) != 1)
        return false;
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0)
        return false;
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> all(list, &freeifaddrs);
    for (const ifaddrs* at = list; at; at = at->ifa_next) {
        if (!at->ifa_addr)
            continue;
        if (!v6 && at->ifa_addr->sa_family == AF_INET &&
            has(*at, &sockaddr_in::sin_addr, v4_wanted))
            return true;
        if (v6 && at->ifa_addr->sa_family == AF_INET6 &&
            has(*at, &sockaddr_in6::sin6_addr, v6_wanted))
            return true;
    }
    return false;
}

} // namespace mailctl::delivery
