// Coroutines that belong together: a table of how to cancel each, and a condition for its end.
#include "core/net/task_group.h"

#include <condition_variable>
#include <map>
#include <mutex>

#include <boost/asio/co_spawn.hpp>

#include "core/base/log.h"

namespace mailctl::net {

struct TaskGroup::State {
    mutable std::mutex mutex;
    std::condition_variable changed;
    std::map<std::uint64_t, std::function<void()>> tasks;
    std::uint64_t next = 1;
    bool cancelled = false;
};

namespace {

void report(const std::exception_ptr& thrown)
{
    if (!thrown)
        return;
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& e) { // one session's bug must not end everyone's mail
        log::error("server", "a task ended by an exception", {{"what", e.what()}});
    }
}

} // namespace

TaskGroup::TaskGroup() : state_(std::make_shared<State>()) {}
TaskGroup::~TaskGroup() = default;

std::uint64_t TaskGroup::spawn(const boost::asio::any_io_executor& executor, Awaitable<> task,
                               std::function<void()> cancel)
{
    std::uint64_t number = 0;
    bool cancelled = false;
    {
        const std::lock_guard lock(state_->mutex);
        number = state_->next++;
        cancelled = state_->cancelled;
        state_->tasks.emplace(number, cancel);
    }
    boost::asio::co_spawn(executor, std::move(task),
                          [state = state_, number](const std::exception_ptr& thrown) {
                              report(thrown);
                              const std::lock_guard lock(state->mutex);
                              state->tasks.erase(number);
                              state->changed.notify_all();
                          });
    if (cancelled && cancel)
        cancel();
    return number;
}

bool TaskGroup::cancel(std::uint64_t number)
{
    std::function<void()> cancel;
    {
        const std::lock_guard lock(state_->mutex);
        const auto found = state_->tasks.find(number);
        if (found == state_->tasks.end())
            return false;
        cancel = found->second;
    }
    if (cancel)
        cancel();
    return true;
}

void TaskGroup::cancel_all()
{
    std::map<std::uint64_t, std::function<void()>> tasks;
    {
        const std::lock_guard lock(state_->mutex);
        state_->cancelled = true;
        tasks = state_->tasks;
    }
    for (const auto& [number, cancel] : tasks)
        if (cancel)
            cancel();
}

std::size_t TaskGroup::size() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->tasks.size();
}

bool TaskGroup::wait(std::chrono::milliseconds limit)
{
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, limit, [this] { return state_->tasks.empty(); });
}

} // namespace mailctl::net
