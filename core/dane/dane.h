// TLSA records of a mail host, as far as they can be used. RFC 7672
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/dns/resolver.h"

namespace mailctl::dane {

struct Records {
    enum class Use : std::uint8_t {
        None,    ///< nothing is published, or not authentically: RFC 7672 §2.1.1
        Encrypt, ///< records are there and none can be used: TLS without a check (§2.2)
        Verify,  ///< `usable` decides
    } use = Use::None;
    std::vector<dns::Tlsa> usable;
};

/// True for usages 2 and 3 with selectors and matching types that are defined. RFC 7672 §3.1
bool is_usable(const dns::Tlsa& record);

/// Asks for _PORT._tcp.HOST. The host's own name and addresses must be authentic already (§2.2.2).
/// Errors: Unavailable: it is not known what the host demands, and the mail must wait (§2.1.2).
Awaitable<Result<Records>> look_up(dns::Resolver& resolver, std::string host, std::uint16_t port);

} // namespace mailctl::dane
