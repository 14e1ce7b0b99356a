// Checks that the queue's index rows and entries agree.
#include <set>
#include <utility>

#include "store/keys.h"
#include "store/queue/engine_queue.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kPageRows = 500;

} // namespace

Awaitable<Result<std::vector<std::string>>> EngineQueue::check(bool repair)
{
    Findings findings;
    const std::vector<std::string> prefixes{"r", "t", "k", "d", "s", "a", "l", "f", "h"};
    for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
        auto entries = co_await check_entries(shard, repair, findings);
        if (!entries)
            co_return entries.error();
        for (const std::string& prefix : prefixes) {
            auto checked = co_await check_rows(shard, prefix, repair, findings);
            if (!checked)
                co_return checked.error();
        }
        auto bodies = co_await check_bodies(shard, repair, findings);
        if (!bodies)
            co_return bodies.error();
    }
    co_return findings;
}

/// Every entry decodes and has its index rows.
Awaitable<Result<>> EngineQueue::check_entries(std::uint16_t shard, bool repair,
                                               Findings& findings)
{
    std::string after;
    for (bool more = true; more;) {
        Query query;
        query.ranges.push_back({std::string(keys::kQueueEntryPrefix), after, kPageRows});
        auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
        if (!answer)
            co_return answer.error();
        const Page& page = answer->pages[0];
        for (const Row& row : page.rows) {
            auto checked = co_await check_entry(shard, row, repair, findings);
            if (!checked)
                co_return checked.error();
        }
        more = page.more && !page.rows.empty();
        if (more)
            after = page.rows.back().key;
    }
    co_return ok();
}

Awaitable<Result<>> EngineQueue::check_entry(std::uint16_t shard, const Row& row, bool repair,
                                             Findings& findings)
{
    CO_TRY(const QueueId id, keys::queue_id_of(row.key));
    auto stored = co_await load_one(id);
    if (!stored && stored.error().code() == Errc::NotFound) // gone meanwhile
        co_return ok();
    if (!stored && stored.error().code() == Errc::Corrupt) {
        findings.push_back(to_string(id) + ": " + stored.error().detail());
        if (repair)
            co_return co_await set_aside(shard, row);
        co_return ok();
    }
    if (!stored)
        co_return stored.error();
    std::vector<Row> wanted = rows_of(stored->entry);
    std::erase_if(wanted, [](const Row& one) {
        return one.key.starts_with(keys::kQueueEntryPrefix) || one.key.starts_with('r');
    });
    Query query;
    query.keys.push_back(row.key);
    for (const Row& one : wanted)
        query.keys.push_back(one.key);
    auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
    if (!answer)
        co_return answer.error();
    if (answer->values[0] != stored->record) // changed meanwhile
        co_return ok();
    Batch batch;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!answer->values[i + 1])
            batch.put.push_back(std::move(wanted[i]));
    }
    if (batch.put.empty())
        co_return ok();
    findings.push_back(to_string(id) + ": " + std::to_string(batch.put.size()) +
                       " of its index rows are missing");
    if (!repair)
        co_return ok();
    batch.expect.push_back({row.key, stored->record});
    auto done = co_await engine_.commit(keys::queue(shard), std::move(batch));
    lower_floor(id, stored->entry.next_attempt);
    if (!done && done.error().code() == Errc::Conflict)
        co_return ok();
    co_return done;
}

/// The rows of one kind: each belongs to an entry that would make the same row.
Awaitable<Result<>> EngineQueue::check_rows(std::uint16_t shard, std::string prefix, bool repair,
                                            Findings& findings)
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
            auto stray = co_await is_stray(row, prefix);
            if (!stray)
                co_return stray.error();
            if (stray->empty())
                continue;
            findings.push_back(std::move(*stray));
            if (!repair)
                continue;
            auto erased = co_await erase_stray(shard, row.key);
            if (!erased)
                co_return erased;
        }
        more = page.more && !page.rows.empty();
        if (more)
            after = page.rows.back().key;
    }
    co_return ok();
}

/// Lists stumble over an entry that does not decode: it goes out of their way. Its body stays.
Awaitable<Result<>> EngineQueue::set_aside(std::uint16_t shard, const Row& row)
{
    CO_TRY(const QueueId id, keys::queue_id_of(row.key));
    Batch batch;
    batch.expect.push_back({row.key, row.value});
    batch.erase.push_back(row.key);
    batch.put.push_back({keys::with_queue_id(keys::kQueueDamagedPrefix, id), row.value});
    auto done = co_await engine_.commit(keys::queue(shard), std::move(batch));
    count_anew();
    if (!done && done.error().code() == Errc::Conflict)
        co_return ok();
    co_return done;
}

Awaitable<Result<>> EngineQueue::erase_stray(std::uint16_t shard, std::string key)
{
    Batch batch;
    batch.erase.push_back(std::move(key));
    co_return co_await engine_.commit(keys::queue(shard), std::move(batch));
}

/// What is wrong with a row; empty: nothing.
Awaitable<Result<std::string>> EngineQueue::is_stray(const Row& row, std::string prefix)
{
    const bool of_history = prefix == keys::kQueueHistoryPrefix;
    const bool of_place = prefix == keys::kQueueHistoryPlacePrefix;
    const bool id_in_front = prefix == "r" || prefix == keys::kQueueAttemptPrefix;
    const std::size_t at = of_history ? 9 : id_in_front ? 1 : row.key.size() - 8;
    CO_TRY(const QueueId id, keys::queue_id_at(row.key, at));
    const std::string what = to_string(id) + ": a queue row that belongs to no entry";
    if (of_history || of_place) {
        Query query;
        query.keys.push_back(of_place ? std::string(keys::kQueueHistoryPrefix) + row.value
                                      : keys::queue_history_place(id));
        query.keys.push_back(row.key);
        auto answer = co_await engine_.read(keys::queue(keys::queue_shard(id)), std::move(query));
        if (!answer)
            co_return answer.error();
        co_return answer->values[0] || !answer->values[1] ? std::string() : what;
    }
    auto stored = co_await load_one(id);
    if (!stored && stored.error().code() == Errc::Corrupt)
        co_return std::string(); // told with the entry
    if (!stored && stored.error().code() != Errc::NotFound)
        co_return stored.error();
    if (stored && prefix == keys::kQueueAttemptPrefix)
        co_return std::string();
    if (stored && prefix == "r" && stored->recipients_apart)
        co_return std::string();
    if (stored) {
        for (const Row& own : rows_of(stored->entry)) {
            if (own.key == row.key && prefix != "r")
                co_return std::string();
        }
    }
    Query query; // it may have gone since
    query.keys.push_back(row.key);
    auto answer = co_await engine_.read(keys::queue(keys::queue_shard(id)), std::move(query));
    if (!answer)
        co_return answer.error();
    co_return answer->values[0] ? what : std::string();
}

/// Bodies that no entry names. They are listed before the entries, so that a new one's is not
/// among them without it.
Awaitable<Result<>> EngineQueue::check_bodies(std::uint16_t shard, bool repair,
                                              Findings& findings)
{
    // Whose body is whose is not known where an entry was set aside.
    Query damaged;
    damaged.ranges.push_back({std::string(keys::kQueueDamagedPrefix), {}, 1});
    auto aside = co_await engine_.read(keys::queue(shard), std::move(damaged));
    if (!aside)
        co_return aside.error();
    if (!aside->pages[0].rows.empty())
        co_return ok();
    std::set<std::string> bodies;
    for (const std::string_view prefix :
         {std::string_view(&keys::kInlineBodyPrefix, 1), keys::kQueueEntryPrefix}) {
        std::string after;
        for (bool more = true; more;) {
            Query query;
            query.ranges.push_back({std::string(prefix), after, kPageRows});
            auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
            if (!answer)
                co_return answer.error();
            const Page& page = answer->pages[0];
            for (const Row& row : page.rows) {
                if (prefix != keys::kQueueEntryPrefix) {
                    bodies.insert(row.key);
                    continue;
                }
                CO_TRY(const QueueId id, keys::queue_id_of(row.key));
                const auto stored = decode_entry(id, row.value);
                if (stored)
                    bodies.erase(keys::inline_body(stored->entry.body.blob));
            }
            more = page.more && !page.rows.empty();
            if (more)
                after = page.rows.back().key;
        }
    }
    for (const std::string& key : bodies) {
        Query query;
        query.keys.push_back(key);
        auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
        if (!answer)
            co_return answer.error();
        if (!answer->values[0])
            continue;
        findings.push_back("queue: a body that belongs to no entry");
        if (!repair)
            continue;
        auto erased = co_await erase_stray(shard, key);
        if (!erased)
            co_return erased;
    }
    co_return ok();
}

} // namespace mailctl::store
