// Questions under way: whoever asks what another asks already waits for that one's answer.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/awaitable.h"

namespace mailctl::dns {

/// Threads: any.
template <class Key, class Value>
class Pending {
public:
    /// Its members: on its strand.
    struct Waiter {
        explicit Waiter(boost::asio::any_io_executor e) : executor(e), timer(e)
        {
            timer.expires_at(std::chrono::steady_clock::time_point::max());
        }
        boost::asio::any_io_executor executor;
        boost::asio::steady_timer timer;
        std::optional<Value> answer;
    };
    using WaiterPtr = std::shared_ptr<Waiter>;

    /// nullptr: nobody asks it yet; the caller does, and tells.
    WaiterPtr join(const Key& key, const boost::asio::any_io_executor& executor)
    {
        const std::lock_guard lock(mutex_);
        const auto [at, is_first] = waiters_.try_emplace(key);
        if (is_first)
            return nullptr;
        at->second.push_back(std::make_shared<Waiter>(boost::asio::make_strand(executor)));
        return at->second.back();
    }

    void tell(const Key& key, const Value& answer)
    {
        std::vector<WaiterPtr> waiters;
        {
            const std::lock_guard lock(mutex_);
            const auto found = waiters_.find(key);
            waiters.swap(found->second);
            waiters_.erase(found);
        }
        for (const auto& waiter : waiters) {
            boost::asio::post(waiter->executor, [waiter, answer] {
                waiter->answer = answer;
                waiter->timer.cancel();
            });
        }
    }

    static Awaitable<Value> wait(WaiterPtr waiter)
    {
        auto work =
            boost::asio::co_spawn(waiter->executor, on_strand(waiter), boost::asio::use_awaitable);
        co_return co_await std::move(work);
    }

private:
    static Awaitable<Value> on_strand(WaiterPtr waiter)
    {
        while (!waiter->answer)
            co_await waiter->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        co_return *waiter->answer;
    }

    std::mutex mutex_;
    std::map<Key, std::vector<WaiterPtr>> waiters_;
};

} // namespace mailctl::dns
