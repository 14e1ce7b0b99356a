// Looks every hour whether DKIM keys are to be replaced. DOM-13
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/base/awaitable.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::server {

inline constexpr std::chrono::minutes kKeyLookAfterStart{1};
inline constexpr std::chrono::hours kKeyLookInterval{1};

struct KeyRotationParts {
    store::Store* store = nullptr;
    std::function<std::shared_ptr<const conf::Config>()> config; ///< those in force
    boost::asio::any_io_executor workers;                        ///< where keys are made
};

/// Borrows: the store. Order: goes after the I/O threads have ended, before their io_context.
class KeyRotation {
public:
    KeyRotation(boost::asio::io_context& io, KeyRotationParts parts)
        : timer_(io), parts_(std::move(parts))
    {
    }
    void start() { wait(kKeyLookAfterStart); }
    /// Does what is due for every domain, by the DNS of the settings in force.
    Awaitable<> look();

private:
    void wait(std::chrono::seconds time);
    void begin();

    boost::asio::steady_timer timer_;
    KeyRotationParts parts_;
};

} // namespace mailctl::server
