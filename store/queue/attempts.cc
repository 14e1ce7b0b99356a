// The log of delivery attempts, and the history of entries that are gone.
#include <algorithm>
#include <utility>

#include "store/keys.h"
#include "store/queue/engine_queue.h"
#include "store/queue/log_records.h"
#include "store/queue/matching.h"
#include "store/queue/row_walk.h"
#include "store/queue/turn.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kPageRows = 500;
constexpr std::size_t kPageHistories = 128;
/// Of kMaxQueueAttempts, these stay; of the others the latest.
constexpr std::size_t kFirstAttempts = 20;

} // namespace

Awaitable<Result<std::vector<Row>>> EngineQueue::attempt_rows(QueueId id)
{
    Query query;
    query.ranges.push_back({keys::queue_attempts(id), {}, kPageRows});
    auto answer = co_await engine_.read(keys::queue(keys::queue_shard(id)), std::move(query));
    if (!answer)
        co_return answer.error();
    co_return std::move(answer->pages[0].rows);
}

/// Adds attempts to the log of an entry that goes on, within kMaxQueueAttempts.
Awaitable<Result<>> EngineQueue::log_attempts(Batch& batch, QueueId id, bool is_logged,
                                              std::vector<QueueAttempt> attempts)
{
    if (attempts.empty())
        co_return ok();
    std::vector<Row> rows;
    if (is_logged) {
        auto read = co_await attempt_rows(id);
        if (!read)
            co_return read.error();
        rows = std::move(*read);
    }
    const std::size_t kept = rows.size();
    for (const QueueAttempt& attempt : attempts)
        rows.push_back({keys::queue_attempt(id, attempt.start, ++attempt_number_),
                        encode_attempt(attempt)});
    const std::size_t over = rows.size() - std::min(rows.size(), kMaxQueueAttempts);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const bool goes = i >= kFirstAttempts && i < kFirstAttempts + over;
        if (goes && i < kept)
            batch.erase.push_back(std::move(rows[i].key));
        else if (!goes && i >= kept)
            batch.put.push_back(std::move(rows[i]));
    }
    co_return ok();
}

/// Where the history of an entry is; nullopt: nowhere.
Awaitable<Result<std::optional<std::string>>> EngineQueue::history_key(QueueId id)
{
    Query query;
    query.keys.push_back(keys::queue_history_place(id));
    auto answer = co_await engine_.read(keys::queue(keys::queue_shard(id)), std::move(query));
    if (!answer)
        co_return answer.error();
    std::optional<std::string> key;
    if (answer->values[0])
        key = std::string(keys::kQueueHistoryPrefix) + *answer->values[0];
    co_return key;
}

Awaitable<Result<std::vector<QueueAttempt>>> EngineQueue::attempts(QueueId id)
{
    auto rows = co_await attempt_rows(id);
    if (!rows)
        co_return rows.error();
    std::vector<QueueAttempt> attempts;
    for (const Row& row : *rows) {
        CO_TRY(QueueAttempt attempt, decode_attempt(row.value));
        attempts.push_back(std::move(attempt));
    }
    if (!attempts.empty())
        co_return attempts;
    QueueFilter filter;
    filter.id = id;
    auto found = co_await history(std::move(filter));
    if (!found)
        co_return found.error();
    if (!found->empty())
        attempts = std::move(found->front().attempts);
    co_return attempts;
}

/// What rows of history say; the rows of one entry stand together, its first row first.
Awaitable<Result<std::vector<QueueHistory>>> EngineQueue::histories(std::vector<Row> rows)
{
    std::vector<QueueHistory> all;
    for (const Row& row : rows) {
        if (!keys::is_first_history(row.key)) {
            if (!all.empty()) {
                CO_TRY_VOID(decode_recipients(row.value, all.back().entry));
            }
            continue;
        }
        CO_TRY(QueueHistory history, decode_history(row));
        all.push_back(std::move(history));
    }
    co_return all;
}

Awaitable<Result<std::vector<QueueHistory>>> EngineQueue::history(QueueFilter filter)
{
    std::vector<QueueHistory> found;
    const Time now = clock_.now();
    std::string prefix(keys::kQueueHistoryPrefix), after;
    const auto wanted = filter.id ? filter.id : filter.after;
    if (wanted) {
        auto key = co_await history_key(*wanted);
        if (!key)
            co_return key.error();
        if (!*key)
            co_return found;
        if (filter.id)
            prefix = **key;
        else
            after = **key + "\xff"; // past its further rows
    }
    const std::size_t limit = filter.limit == 0 ? SIZE_MAX : filter.limit;
    RowWalk walk(engine_, prefix, after, filter.limit);
    std::vector<Row> rows;
    for (bool more = true; more && found.size() < limit;) {
        auto read = co_await walk.next(kPageHistories);
        if (!read)
            co_return read.error();
        more = read->size() == kPageHistories;
        std::move(read->begin(), read->end(), std::back_inserter(rows));
        // The last one may go on in the next page.
        std::vector<Row> later;
        if (more) {
            auto last = std::find_if(rows.rbegin(), rows.rend(), [](const Row& row) {
                return keys::is_first_history(row.key);
            });
            const auto cut = last == rows.rend() ? rows.begin() : last.base() - 1;
            later.assign(std::make_move_iterator(cut), std::make_move_iterator(rows.end()));
            rows.erase(cut, rows.end());
        }
        auto page = co_await histories(std::move(rows));
        if (!page)
            co_return page.error();
        rows = std::move(later);
        for (QueueHistory& one : *page) {
            if (found.size() < limit && matches(filter, one.entry, now, Among::History))
                found.push_back(std::move(one));
        }
        if (more)
            co_await next_turn();
    }
    std::reverse(found.begin(), found.end());
    co_return found;
}

Awaitable<Result<std::uint64_t>> EngineQueue::expire_history(Time before)
{
    std::uint64_t count = 0;
    // By inverted time: what finished before comes after.
    const std::string start =
        keys::queue_history(before, QueueId{~std::uint64_t{0}}) + "\xff\xff\xff";
    for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
        std::string after = start;
        for (bool more = true; more;) {
            Query query;
            query.ranges.push_back({std::string(keys::kQueueHistoryPrefix), after, kPageRows});
            auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
            if (!answer)
                co_return answer.error();
            more = answer->pages[0].more;
            if (!answer->pages[0].rows.empty())
                after = answer->pages[0].rows.back().key;
            Batch batch;
            for (Row& row : answer->pages[0].rows) {
                if (keys::is_first_history(row.key)) {
                    CO_TRY(const QueueId id, keys::queue_id_of(row.key));
                    batch.erase.push_back(keys::queue_history_place(id));
                    ++count;
                }
                batch.erase.push_back(std::move(row.key));
            }
            if (batch.erase.empty())
                break;
            auto done = co_await engine_.commit(keys::queue(shard), std::move(batch));
            if (!done)
                co_return done.error();
        }
    }
    co_return count;
}

} // namespace mailctl::store
