// Where a DNS server is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mailctl::dns {

struct ServerAddress {
    std::string address; ///< in figures
    std::uint16_t port = 53;
    bool operator==(const ServerAddress&) const = default;
};
/// "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:5353". Errors: Invalid.
Result<ServerAddress> parse_server(std::string_view text);
/// Those of /etc/resolv.conf, or the one on this machine where it names none.
std::vector<ServerAddress> system_servers(const std::string& file = "/etc/resolv.conf");

} // namespace mailctl::dns
