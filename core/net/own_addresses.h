// The addresses of this machine's interfaces.
#pragma once

#include <string>
#include <vector>

namespace mailctl::net {

/// "192.0.2.1", "fe80::1", loopback included; empty where the system does not tell.
std::vector<std::string> own_addresses();

} // namespace mailctl::net
