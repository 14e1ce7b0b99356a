// Parses and asks the access lines of users.
#include "core/auth/service_access.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/net/network.h"

namespace mailctl::auth {

bool ServiceAccess::is_open_to(std::string_view address) const
{
    return net::any_contains(networks, address) == allows;
}

Result<ServiceAccess> parse_service_access(std::string_view text)
{
    const auto equals = text.find('=');
    const auto colon = text.find(':', equals == std::string_view::npos ? 0 : equals);
    if (equals == std::string_view::npos || colon == std::string_view::npos)
        return Error(Errc::Invalid, ascii::printable(text) +
                                        ": is not SERVICE=allow:NETWORKS or SERVICE=deny:NETWORKS");
    ServiceAccess access;
    const auto service = store::parse_right(text.substr(0, equals));
    if (!service)
        return Error(Errc::Invalid, ascii::printable(text.substr(0, equals)) + ": no such service");
    access.service = *service;
    const auto word = text.substr(equals + 1, colon - equals - 1);
    if (word != "allow" && word != "deny")
        return Error(Errc::Invalid, ascii::printable(word) + ": is neither allow nor deny");
    access.allows = word == "allow";
    for (const auto one : ascii::split(text.substr(colon + 1), ',')) {
        auto network = net::Network::parse(ascii::trim(one));
        if (!network)
            return network.error();
        access.networks.push_back(network->text());
    }
    if (access.networks.size() > kMaxAccessNetworks)
        return Error(Errc::Invalid, "over " + std::to_string(kMaxAccessNetworks) + " networks");
    return access;
}

std::string to_string(const ServiceAccess& access)
{
    std::string out = std::string(store::name_of(access.service)) + (access.allows ? "=allow:" : "=deny:");
    for (std::size_t i = 0; i < access.networks.size(); ++i)
        out += (i > 0 ? "," : "") + access.networks[i];
    return out;
}

/// A line that cannot be read lets nobody in: it was meant to keep somebody out.
bool is_open_to(const store::User& user, store::Right service, std::string_view address)
{
    return std::all_of(user.access.begin(), user.access.end(), [&](const std::string& line) {
        const auto access = parse_service_access(line);
        return access && (access->service != service || access->is_open_to(address));
    });
}

} // namespace mailctl::auth
