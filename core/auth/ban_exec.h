// The command of ban.exec: told of every ban that starts and ends, one after the other.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "store/store.h"

namespace mailctl::auth {

/// How long one run may take; then it is killed.
inline constexpr milliseconds kBanExecLimit = std::chrono::seconds(10);
/// Bans that may wait to be told.
inline constexpr std::size_t kMostBansWaiting = 10'000;

/// Waits for its processes by a timer, so that no thread is held. Threads: any.
class BanExec : public std::enable_shared_from_this<BanExec> {
public:
    explicit BanExec(boost::asio::any_io_executor executor, milliseconds limit = kBanExecLimit)
        : executor_(std::move(executor)), limit_(limit)
    {
    }

    enum class What { Ban, Lift };
    /// Runs `words`, "ban" or "lift", and the network, once what was told before has ended. What
    /// goes wrong is logged. False: too many wait, or stop() was called.
    bool tell(std::vector<std::string> words, What what, const store::Ban& ban);
    /// Starts no more and waits for none.
    void stop();

private:
    struct Job {
        std::vector<std::string> words, environment;
        Job() = default;
    };
    static Awaitable<> work(std::shared_ptr<BanExec> self);
    Awaitable<> run(Job job);
    bool next(Job& job);
    bool is_stopped() const;

    boost::asio::any_io_executor executor_;
    milliseconds limit_;
    mutable std::mutex mutex_;
    std::deque<Job> waiting_;
    bool is_working_ = false;
    bool is_stopped_ = false;
};

} // namespace mailctl::auth
