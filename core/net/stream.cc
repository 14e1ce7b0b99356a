// Endpoints as text.
#include "core/net/stream.h"

namespace mailctl::net {

bool Endpoint::is_loopback() const
{
    return address == "unix" || address == "::1" || address.starts_with("127.") ||
           address.starts_with("::ffff:127.");
}

std::string to_string(const Endpoint& endpoint)
{
    if (endpoint.address == "unix")
        return endpoint.address;
    const bool v6 = endpoint.address.find(':') != std::string::npos;
    const std::string host = v6 ? "[" + endpoint.address + "]" : endpoint.address;
    return host + ":" + std::to_string(endpoint.port);
}

} // namespace mailctl::net
