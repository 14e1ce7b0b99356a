// The resolver that the settings describe.
#pragma once

#include <memory>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "conf/outbound.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/dns/resolver.h"

namespace mailctl::dns {

struct ResolverParts {
    conf::DnsSettings settings;
    const Clock* clock = nullptr;
    Random* random = nullptr;
    boost::asio::any_io_executor executor; ///< where packets are sent and awaited
};

/// Zone files first, then the servers, behind a cache. Borrows: clock, random.
/// Errors: Invalid, NotFound (a zone file, a server's address).
Result<std::unique_ptr<Resolver>> make_resolver(ResolverParts parts);

/// Answers from one master file and nothing else: a name outside of it does not exist.
/// Errors: Invalid.
Result<std::unique_ptr<Resolver>> make_zone_resolver(std::string_view zone, bool secure = true);

} // namespace mailctl::dns
