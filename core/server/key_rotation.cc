// The hourly look at DKIM keys.
#include "core/server/key_rotation.h"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/dkim/rotate.h"
#include "core/dns/make_resolver.h"

namespace mailctl::server {

void KeyRotation::wait(std::chrono::seconds time)
{
    timer_.expires_after(time);
    timer_.async_wait([this](const boost::system::error_code& ec) {
        if (!ec)
            begin();
    });
}

/// One look at a time: the next one is an hour after this one's end.
void KeyRotation::begin()
{
    boost::asio::co_spawn(timer_.get_executor(), look(), [this](const std::exception_ptr& failure) {
        if (failure)
            std::rethrow_exception(failure);
        wait(kKeyLookInterval);
    });
}

Awaitable<> KeyRotation::look()
{
    // A resolver for this look alone: what was cached an hour ago is of no use.
    dns::ResolverParts asked;
    asked.settings = parts_.config()->dns;
    asked.clock = &system_clock();
    asked.random = &system_random();
    asked.executor = timer_.get_executor();
    auto resolver = dns::make_resolver(std::move(asked));
    if (!resolver) {
        log::error("dkim", "keys are not looked at", {{"why", resolver.error().detail()}});
        co_return;
    }
    dkim::RotationParts parts(*parts_.store, **resolver, parts_.workers);
    co_await dkim::rotate_all(std::move(parts));
}

} // namespace mailctl::server
