// Compares hosts with the listeners of the settings.
#include "core/route/ourselves.h"

#include <algorithm>

#include "conf/config.h"

namespace mailctl::route {
namespace {

bool is_loopback(const std::string& address)
{
    return address == "::1" || address.starts_with("127.");
}

bool listens_at(const conf::Listener& listener, const std::string& address, std::uint16_t port,
                const std::vector<std::string>& own)
{
    const bool takes_mail = listener.protocol == conf::Protocol::Smtp ||
                            listener.protocol == conf::Protocol::Submission ||
                            listener.protocol == conf::Protocol::Lmtp;
    if (!listener.enabled || !takes_mail || listener.port != port)
        return false;
    const auto& at = listener.addresses;
    const bool is_everywhere =
        at.empty() || std::any_of(at.begin(), at.end(), [](const std::string& any) {
            return any == "0.0.0.0" || any == "::";
        });
    if (is_everywhere)
        return is_loopback(address) || std::find(own.begin(), own.end(), address) != own.end();
    return std::find(at.begin(), at.end(), address) != at.end();
}

} // namespace

bool is_this_server(const conf::Config& config, const std::vector<std::string>& own,
                    const std::string& address, std::uint16_t port)
{
    return std::any_of(
        config.listeners.begin(), config.listeners.end(),
        [&](const conf::Listener& listener) { return listens_at(listener, address, port, own); });
}

} // namespace mailctl::route
