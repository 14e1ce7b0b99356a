// The hourly look at DKIM keys.
#include "core/server/key_rotation.h"

#include <exception>

#include <boost/asio/co_spawn.hpp>

#include "core/base/log.h"
#include "core/dkim/rotate.h"

namespace mailctl::server {

KeyRotation::KeyRotation(boost::asio::io_context& io, boost::asio::any_io_executor workers,
                         store::Store& store, dns::Resolver& resolver)
    : timer_(io), workers_(std::move(workers)), store_(store), resolver_(resolver)
{
}

void KeyRotation::wait(std::chrono::seconds time)
{
    timer_.expires_after(time);
    timer_.async_wait([this](const boost::system::error_code& ec) {
        if (!ec)
            look();
    });
}

/// One look at a time: the next one is an hour after this one's end.
void KeyRotation::look()
{
    const auto again = [this](const std::exception_ptr& failure) {
        if (failure)
            std::rethrow_exception(failure);
        wait(kKeyLookInterval);
    };
    dkim::RotationParts parts(store_, resolver_, workers_);
    boost::asio::co_spawn(timer_.get_executor(), dkim::rotate_all(std::move(parts)), again);
}

} // namespace mailctl::server
