// What the outbound queue still needs: the contract is in place, the rows are not.
#include "store/queue/engine_queue.h"

#include "store/queue/queue_records.h"

namespace mailctl::store {
namespace {

constexpr const char* kMissing = "not in the store yet";

} // namespace

Awaitable<Result<std::vector<QueueEntry>>> EngineQueue::find_all(std::vector<QueueId>)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<QueueEntry>> EngineQueue::update(QueueId, std::function<Result<>(QueueEntry&)>, std::vector<QueueAttempt>)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<>> EngineQueue::replace(const QueueEntry&, QueueEntry, std::vector<QueueAttempt>)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<>> EngineQueue::postpone(std::vector<QueueId>, std::string, Time, std::string)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<std::vector<Queue::Due>>> EngineQueue::due(std::uint16_t, Time, std::optional<Due>, std::uint32_t)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<std::optional<Time>>> EngineQueue::next_due(Time)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<std::vector<QueueAttempt>>> EngineQueue::attempts(QueueId)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<std::vector<QueueHistory>>> EngineQueue::history(QueueFilter)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<std::uint64_t>> EngineQueue::expire_history(Time)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<std::vector<QueueShape>>> EngineQueue::shape(QueueFilter, std::vector<milliseconds>)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<std::vector<QueueRule>>> EngineQueue::rules()
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<std::uint64_t>> EngineQueue::add_rule(QueueRule)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<>> EngineQueue::remove_rule(std::uint64_t)
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<bool>> EngineQueue::paused()
{
    co_return Error(Errc::Unavailable, kMissing);
}

Awaitable<Result<>> EngineQueue::set_paused(bool)
{
    co_return Error(Errc::Unavailable, kMissing);
}

std::uint16_t EngineQueue::shards() const
{
    return keys::kQueueShards;
}

void EngineQueue::observe(QueueObserver* observer)
{
    const std::lock_guard lock(mutex_);
    observer_ = observer;
}

void EngineQueue::wake()
{
    const std::lock_guard lock(mutex_);
    if (observer_)
        observer_->changed();
}

} // namespace mailctl::store
