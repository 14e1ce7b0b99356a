// Looks at queue.pickup again and again while the server runs.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <boost/asio/any_io_executor.hpp>

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::server {

/// Threads: one of its own, which waits for files and sessions.
class Pickup {
public:
    using Services = std::function<std::shared_ptr<const delivery::Services>()>;
    /// `services`: those in force, asked before each look. `executor`: where sessions run.
    Pickup(std::string folder, Services services, boost::asio::any_io_executor executor);
    ~Pickup(); ///< as stop()
    /// Ends after the file under way. Order: before the sessions' executor stops.
    void stop();

private:
    void run();

    std::string folder_;
    Services services_;
    boost::asio::any_io_executor executor_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopped_ = false;
    std::thread thread_;
};

} // namespace mailctl::server
