// The hosts of a way out, in the order in which they are tried, with their addresses.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/dns/resolver.h"
#include "core/route/route.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::route {

struct Host {
    std::string name; ///< "mx.example.org"; empty for an address literal or a Unix socket
    std::uint16_t port = 25;
    std::vector<std::string> addresses; ///< in figures, or "unix:PATH"; in order
    unsigned preference = 0;
    bool secure = false; ///< name and addresses are authentic: DANE may be used. RFC 7672 §2.2
};

struct NextHops {
    std::vector<Host> hosts;
    bool mx_secure = false;         ///< the MX answer is authentic
    bool implicit_mx = false;       ///< RFC 5321 §5.1
    std::vector<std::string> steps; ///< for "route explain"
};

/// Why there are none.
struct NoHops {
    enum class Why { NoDomain, NullMx, LoopsToUs, NoAddress, Temporary } why = Why::Temporary;
    std::string detail;   ///< for people
    std::string enhanced; ///< "5.1.2", "5.1.10" (RFC 7505 §5), "5.4.6", "4.4.3"
    bool permanent() const { return why != Why::Temporary; }
};

/// Whether an address is this server: its listeners' and interfaces'.
using IsOurs = std::function<bool(const std::string& address, std::uint16_t port)>;

/// Looks up what a way (kind Mx or Hosts) leads to. RFC 5321 §5.1: by preference, random within;
/// hosts no better than ourselves are left out.
Awaitable<boost::system::result<NextHops, NoHops>> next_hops(Way way, const conf::Config& config,
                                                             dns::Resolver& resolver,
                                                             Random& random, IsOurs is_ours);

} // namespace mailctl::route
