// The names of the address that a client reached: its [[address]] table's, else the server's.
#pragma once

#include <string>

#include "core/net/stream.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::delivery {

struct Reached {
    std::string hostname; ///< in greetings, EHLO and Received. SMTP-04
    std::string domain;   ///< completes bare login names; may be empty. AUTH-10
    Reached() = default;
};

/// The first [[address]] that holds `local`.
Reached reached(const Services& services, const net::Endpoint& local);

} // namespace mailctl::delivery
