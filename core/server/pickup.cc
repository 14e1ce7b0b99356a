// One thread: files block.
#include "core/server/pickup.h"

#include <algorithm>
#include <utility>

#include "conf/config.h"
#include "core/delivery/services.h"
#include "core/submit/pickup.h"

namespace mailctl::server {
namespace {

constexpr std::chrono::milliseconds kShortest{100};

} // namespace

Pickup::Pickup(std::string folder, Services services, boost::asio::any_io_executor executor)
    : folder_(std::move(folder)),
      services_(std::move(services)),
      executor_(std::move(executor)),
      thread_([this] { run(); })
{
}

Pickup::~Pickup()
{
    stop();
}

void Pickup::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable())
        thread_.join();
}

void Pickup::run()
{
    submit::PickupFolder folder(folder_, executor_);
    const auto stops = [this] {
        const std::lock_guard lock(mutex_);
        return stopped_;
    };
    while (!stops()) {
        const auto services = services_();
        folder.look(services, stops);
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, std::max(services->config->queue.pickup_interval, kShortest),
                       [this] { return stopped_; });
    }
}

} // namespace mailctl::server
