// Coroutines that belong together: counted, cancelled and waited for as one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/awaitable.h"

namespace mailctl::net {

/// Threads: safe.
class TaskGroup {
public:
    TaskGroup();
    ~TaskGroup(); ///< tasks still under way go on, uncounted
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    /// Runs `task` on `executor`; `cancel` makes it end soon (a stream's closer()). What a task
    /// throws is our own bug: it is logged, and the other tasks go on. Gives its number, never
    /// reused. After cancel_all a new task is cancelled at once.
    std::uint64_t spawn(const boost::asio::any_io_executor& executor, Awaitable<> task,
                        std::function<void()> cancel);

    /// False: no such task any more.
    bool cancel(std::uint64_t number);
    void cancel_all();
    std::size_t size() const;
    /// Blocks until no task is left; false where `limit` passed first. Never call it on a thread
    /// that the tasks need.
    bool wait(std::chrono::milliseconds limit);

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace mailctl::net
