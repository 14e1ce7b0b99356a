// Which hosts are this server.
#pragma once

#include <string>
#include <vector>

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::route {

/// Whether a listener for mail answers at an address in figures and a port. `own`: the addresses of
/// this machine's interfaces.
bool is_this_server(const conf::Config& config, const std::vector<std::string>& own,
                    const std::string& address, std::uint16_t port);

} // namespace mailctl::route
