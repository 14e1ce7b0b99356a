// What listeners of protocol "http" answer, and their limits.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace mailctl::conf {

/// [http]
struct HttpSettings {
    std::uint64_t header_octets = 16 * 1024; ///< of a request, its first line included
    std::uint64_t body_octets = 64 * 1024;   ///< of a request
    unsigned requests = 100;                 ///< on one connection
    std::chrono::milliseconds request_time = std::chrono::seconds(10); ///< for one to arrive whole
    bool operator==(const HttpSettings&) const = default;
};

/// [autoconfig]: what clients that configure themselves are told.
struct AutoconfigSettings {
    bool enabled = true;
    std::string host; ///< the servers' name as clients reach them; empty: server.hostname
    std::string name; ///< of the service, as people see it; empty: the mail domain
    bool sign_profiles = true; ///< Apple profiles, with the server's certificate
    bool operator==(const AutoconfigSettings&) const = default;
};

} // namespace mailctl::conf
