// A host as settings write it: "mail.example.org:587=3", "[192.0.2.1]", "unix:/run/lmtp",
// "mx:example.org".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::conf {

struct HostSpec {
    enum class Kind : std::uint8_t { Name, Address, Unix, Mx } kind = Kind::Name;
    std::string name;       ///< canonical name, address in figures, or path
    std::uint16_t port = 0; ///< 0: the hop's
    unsigned weight = 1;    ///< of order = "weighted", 1 to kMaxWeight
};
inline constexpr unsigned kMaxWeight = 1000;

/// Errors: Invalid, saying what is wanted.
Result<HostSpec> parse_host(std::string_view text);

/// A SOCKS proxy: "host:port", "socks5://host:port" or "socks4://host:port".
struct ProxySpec {
    bool is_socks4 = false;
    HostSpec host; ///< a name or an address, with its port
};
/// Errors: Invalid, saying what is wanted.
Result<ProxySpec> parse_proxy(std::string_view text);

} // namespace mailctl::conf
