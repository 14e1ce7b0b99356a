// Looking up the [[address]] table of a connection.
#include "core/delivery/reached.h"

#include <algorithm>

#include "conf/config.h"
#include "core/delivery/services.h"
#include "core/net/network.h"

namespace mailctl::delivery {

Reached reached(const Services& services, const net::Endpoint& local)
{
    Reached out;
    out.hostname = services.hostname;
    out.domain = services.config->server.default_domain;
    const auto& all = services.config->addresses;
    const auto one = std::find_if(all.begin(), all.end(), [&](const conf::LocalAddress& entry) {
        const auto network = net::Network::parse(entry.ip);
        return network && network->contains(local.address);
    });
    if (one == all.end())
        return out;
    if (!one->hostname.empty())
        out.hostname = one->hostname;
    if (!one->domain.empty())
        out.domain = one->domain;
    return out;
}

} // namespace mailctl::delivery
