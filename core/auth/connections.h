// Connections counted per service and address: how many at once, how many a minute.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "conf/listener.h"
#include "core/auth/authenticator.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::conf {
struct AccessList;       // conf/config.h
struct Config;           // conf/config.h
struct ConnectionLimits; // conf/config.h
} // namespace mailctl::conf

namespace mailctl::auth {

/// Threads: any.
class Connections : public std::enable_shared_from_this<Connections> {
public:
    /// Counts one more of `protocol` from `address` (empty: exempt, only counted in all).
    /// Errors: Busy (a limit is reached).
    Result<std::unique_ptr<Authenticator::Guard>> enter(conf::Protocol protocol, const std::string& address,
                                                        const conf::ConnectionLimits& limits, Time now);
    void leave(conf::Protocol protocol, const std::string& address);
    /// How many of `protocol` are counted now.
    unsigned open(conf::Protocol protocol) const;

private:
    struct Peer {
        unsigned open = 0;
        unsigned in_minute = 0; ///< since minute_start
        Time minute_start{};
    };
    struct Service {
        unsigned open = 0;
        std::unordered_map<std::string, Peer> peers;
        std::size_t purge_at = 1024; ///< size at which peers without connections are forgotten
    };
    static Result<> count_peer(Service& service, const std::string& address,
                               const conf::ConnectionLimits& limits, Time now);
    static constexpr std::size_t kServices = static_cast<std::size_t>(conf::Protocol::Http) + 1;

    mutable std::mutex mutex_;
    std::array<Service, kServices> services_;
};

/// The limits of a protocol in the settings.
const conf::ConnectionLimits& limits_of(const conf::Config& config, conf::Protocol protocol);
/// Its access list.
const conf::AccessList& access_of(const conf::Config& config, conf::Protocol protocol);

} // namespace mailctl::auth
