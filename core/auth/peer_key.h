// The name under which a peer's doings are counted: an IPv4 address, or an IPv6 /64.
#pragma once

#include <string>
#include <string_view>

namespace mailctl::auth {

/// "192.0.2.1" or "2001:db8:0:1::/64": one site has a whole /64 of IPv6 addresses to itself.
/// IPv4 in IPv6 counts as IPv4. Anything else ("unix") as it is.
std::string peer_key(std::string_view address);

} // namespace mailctl::auth
