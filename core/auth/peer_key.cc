// Peers as they are counted.
#include "core/auth/peer_key.h"

#include "core/net/network.h"

namespace mailctl::auth {

std::string peer_key(std::string_view address)
{
    const auto one = net::Network::parse(address);
    if (!one)
        return std::string(address);
    const std::string text = one->text();
    if (text.find(':') == std::string::npos)
        return text;
    const auto site = net::Network::parse(text + "/64");
    return site ? site->text() : text;
}

} // namespace mailctl::auth
