// How many entries there are.
#include <algorithm>
#include <utility>

#include "store/keys.h"
#include "store/queue/engine_queue.h"
#include "store/queue/turn.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kPageRows = 4000;
/// How long a count is good that was made while entries came and went.
constexpr milliseconds kNearFor = std::chrono::minutes(5);

} // namespace

void EngineQueue::counted(std::int64_t change)
{
    const std::lock_guard lock(mutex_);
    ++changes_;
    came_ = std::max<std::int64_t>(0, came_ + change);
    if (count_)
        *count_ += static_cast<std::uint64_t>(change);
}

bool EngineQueue::is_short()
{
    const std::lock_guard lock(mutex_);
    return came_ < kShortQueue;
}

void EngineQueue::count_anew()
{
    const std::lock_guard lock(mutex_);
    ++changes_;
    count_.reset();
}

/// Counted once, by reading the index rows of which each entry has one, then kept by every change.
Awaitable<Result<std::uint64_t>> EngineQueue::count()
{
    std::uint64_t before = 0, sum = 0;
    {
        const std::lock_guard lock(mutex_);
        if (count_ && (!count_is_near_ || clock_.now() - counted_at_ < kNearFor))
            co_return *count_;
        before = changes_;
    }
    for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
        for (const std::string_view prefix : {keys::kQueueDuePrefix, keys::kQueueHeldPrefix}) {
            std::string after;
            for (bool more = true; more;) {
                Query query;
                query.ranges.push_back({std::string(prefix), after, kPageRows});
                auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
                if (!answer)
                    co_return answer.error();
                Page& page = answer->pages[0];
                for (const Row& row : page.rows)
                    sum += prefix == keys::kQueueDuePrefix || row.value != kHeldInPart ? 1 : 0;
                more = page.more && !page.rows.empty();
                if (more)
                    after = std::move(page.rows.back().key);
                if (more)
                    co_await next_turn();
            }
        }
    }
    const std::lock_guard lock(mutex_);
    count_ = sum;
    count_is_near_ = changes_ != before;
    counted_at_ = clock_.now();
    co_return sum;
}

} // namespace mailctl::store
