// The index of what is to be tried, by time.
#include <algorithm>
#include <utility>

#include "store/keys.h"
#include "store/queue/engine_queue.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kFirstPageRows = 64;
constexpr Time kNever{milliseconds(std::numeric_limits<std::int64_t>::max())};
constexpr QueueId kLastId{~std::uint64_t{0}};

} // namespace

std::uint16_t EngineQueue::shards() const
{
    return keys::kQueueShards;
}

/// After the commit that put a due row: a scan that did not see the row may have raised it.
void EngineQueue::lower_floor(QueueId id, Time at)
{
    Floor& floor = floors_[keys::queue_shard(id)];
    const std::lock_guard lock(mutex_);
    floor.at = std::min(floor.at, at);
    ++floor.lowered;
}

Awaitable<Result<std::vector<Queue::Due>>> EngineQueue::due(std::uint16_t shard, Time until,
                                                            std::optional<Due> after,
                                                            std::uint32_t limit)
{
    std::vector<Due> found;
    if (shard >= keys::kQueueShards)
        co_return Error(Errc::Invalid, "no such queue shard");
    Floor floor;
    {
        const std::lock_guard lock(mutex_);
        floor = floors_[shard];
    }
    std::string start;
    if (after)
        start = keys::queue_due(after->at, after->id);
    else if (floor.at > Time{})
        start = keys::queue_due(floor.at - milliseconds(1), kLastId);
    Time first = kNever;
    std::uint32_t page_rows = std::min(kFirstPageRows, limit);
    for (bool more = true; more && found.size() < limit;) {
        Query query;
        query.ranges.push_back({std::string(keys::kQueueDuePrefix), start, page_rows});
        auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
        if (!answer)
            co_return answer.error();
        Page& page = answer->pages[0];
        more = page.more;
        for (const Row& row : page.rows) {
            Due one;
            CO_TRY(one.at, keys::queue_due_time(row.key));
            first = std::min(first, one.at);
            more = more && one.at <= until;
            if (one.at > until || found.size() == limit)
                break;
            CO_TRY(one.id, keys::queue_id_of(row.key));
            CO_TRY(auto domains, decode_due(row.value));
            for (DueDomain& domain : domains)
                one.domains.push_back(std::move(domain.domain));
            found.push_back(std::move(one));
        }
        if (!page.rows.empty())
            start = std::move(page.rows.back().key);
        page_rows = std::min(page_rows * 4, limit);
    }
    if (!after) {
        const std::lock_guard lock(mutex_);
        if (floors_[shard].lowered == floor.lowered)
            floors_[shard].at = first;
    }
    co_return found;
}

Awaitable<Result<std::optional<Time>>> EngineQueue::next_due(Time now)
{
    std::optional<Time> next;
    for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
        Query query;
        query.ranges.push_back(
            {std::string(keys::kQueueDuePrefix), keys::queue_due(now, kLastId), 1});
        auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
        if (!answer)
            co_return answer.error();
        if (answer->pages[0].rows.empty())
            continue;
        CO_TRY(const Time at, keys::queue_due_time(answer->pages[0].rows.front().key));
        if (!next || at < *next)
            next = at;
    }
    co_return next;
}

} // namespace mailctl::store
