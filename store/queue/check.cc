// Checks that the queue's index rows and entries agree.
#include <utility>

#include "store/keys.h"
#include "store/queue/engine_queue.h"
#include "store/queue/queue_records.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kPageRows = 500;

} // namespace

Awaitable<Result<std::vector<std::string>>> EngineQueue::check(bool repair)
{
    std::vector<std::string> findings;
    std::vector<std::string> prefixes{std::string(keys::kQueueEntryPrefix), "r", "t", "d", "s",
                                      "a"};
    for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
        for (const std::string& prefix : prefixes) {
            auto checked = co_await check_rows(shard, prefix, repair, findings);
            if (!checked)
                co_return checked.error();
        }
    }
    co_return findings;
}

/// The rows of one kind: each belongs to an entry that would make the same row.
Awaitable<Result<>> EngineQueue::check_rows(std::uint16_t shard, std::string prefix, bool repair,
                                            std::vector<std::string>& findings)
{
    std::string after;
    for (bool more = true; more;) {
        Query query;
        query.ranges.push_back({prefix, after, kPageRows});
        auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
        if (!answer)
            co_return answer.error();
        const Page& page = answer->pages[0];
        for (const Row& row : page.rows) {
            auto belongs = co_await belongs_to_entry(row, prefix);
            if (!belongs)
                co_return belongs.error();
            if (belongs->empty())
                continue;
            findings.push_back(std::move(*belongs));
            if (!repair)
                continue;
            Batch batch;
            batch.erase.push_back(row.key);
            auto erased = co_await engine_.commit(keys::queue(shard), std::move(batch));
            if (!erased)
                co_return erased;
        }
        more = page.more && !page.rows.empty();
        if (more)
            after = page.rows.back().key;
    }
    co_return ok();
}

/// What is wrong with a row; empty: nothing.
Awaitable<Result<std::string>> EngineQueue::belongs_to_entry(const Row& row, std::string prefix)
{
    const std::string_view key =
        prefix == "r" ? std::string_view(row.key).substr(0, row.key.size() - 2) : row.key;
    CO_TRY(const QueueId id, keys::queue_id_of(key));
    auto entry = co_await find(id);
    if (!entry && entry.error().code() == Errc::Corrupt)
        co_return to_string(id) + ": " + entry.error().detail();
    if (!entry && entry.error().code() != Errc::NotFound)
        co_return entry.error();
    if (entry) {
        for (const Row& own : rows_of(*entry)) {
            if (own.key == row.key)
                co_return std::string();
        }
    }
    co_return to_string(id) + ": a queue row that belongs to no entry";
}

} // namespace mailctl::store
