// Looks every hour whether DKIM keys are to be replaced. DOM-13
#pragma once

#include <chrono>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/dns/resolver.h"
#include "store/store.h"

namespace mailctl::server {

inline constexpr std::chrono::minutes kKeyLookAfterStart{1};
inline constexpr std::chrono::hours kKeyLookInterval{1};

/// Borrows: all of its parts. Order: after the I/O threads have ended, before their io_context.
class KeyRotation {
public:
    /// `workers`: where keys are made.
    KeyRotation(boost::asio::io_context& io, boost::asio::any_io_executor workers,
                store::Store& store, dns::Resolver& resolver);
    void start() { wait(kKeyLookAfterStart); }

private:
    void wait(std::chrono::seconds time);
    void look();

    boost::asio::steady_timer timer_;
    boost::asio::any_io_executor workers_;
    store::Store& store_;
    dns::Resolver& resolver_;
};

} // namespace mailctl::server
