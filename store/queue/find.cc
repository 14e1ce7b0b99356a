// Finds and lists entries, and reads their bodies.
#include <algorithm>
#include <utility>

#include "store/body/body_codec.h"
#include "store/keys.h"
#include "store/queue/engine_queue.h"
#include "store/queue/matching.h"
#include "store/queue/row_walk.h"
#include "store/queue/turn.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kRecipientRows = 500;
constexpr std::size_t kPageEntries = 256;

Error no_such_entry(QueueId id)
{
    return Error(Errc::NotFound, "not in the queue: " + to_string(id));
}

using ByShard = std::vector<std::vector<QueueId>>;

ByShard by_shard(const std::vector<QueueId>& ids)
{
    ByShard shards(keys::kQueueShards);
    for (const QueueId id : ids)
        shards[keys::queue_shard(id)].push_back(id);
    return shards;
}

/// Puts the entries of all shards into the order of `ids`.
std::vector<StoredEntry> in_order(const std::vector<QueueId>& ids,
                                  std::vector<std::vector<StoredEntry>> shards)
{
    std::vector<StoredEntry> all;
    std::vector<std::size_t> next(shards.size());
    for (const QueueId id : ids) {
        const std::uint16_t shard = keys::queue_shard(id);
        auto& entries = shards[shard];
        std::size_t& at = next[shard];
        if (at < entries.size() && entries[at].entry.id == id)
            all.push_back(std::move(entries[at++]));
    }
    return all;
}

} // namespace

/// Those that are there, in the order of `ids`.
Awaitable<Result<std::vector<StoredEntry>>> EngineQueue::load(std::uint16_t shard,
                                                              std::vector<QueueId> ids)
{
    std::vector<StoredEntry> entries;
    Query query;
    for (const QueueId id : ids)
        query.keys.push_back(keys::queue_entry(id));
    auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
    if (!answer)
        co_return answer.error();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!answer->values[i])
            continue;
        CO_TRY(StoredEntry stored, decode_entry(ids[i], *answer->values[i]));
        if (!stored.recipients_apart) {
            entries.push_back(std::move(stored));
            continue;
        }
        auto whole = co_await load_one(ids[i]);
        if (whole)
            entries.push_back(std::move(*whole));
        else if (whole.error().code() != Errc::NotFound)
            co_return whole.error();
    }
    co_return entries;
}

/// An entry and its recipients' rows, at one instant. Errors: NotFound, Corrupt.
Awaitable<Result<StoredEntry>> EngineQueue::load_one(QueueId id)
{
    Query query;
    query.keys.push_back(keys::queue_entry(id));
    query.ranges.push_back({keys::queue_recipients(id), {}, kRecipientRows});
    auto answer = co_await engine_.read(keys::queue(keys::queue_shard(id)), std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return no_such_entry(id);
    CO_TRY(StoredEntry stored, decode_entry(id, *answer->values[0]));
    if (!stored.recipients_apart)
        co_return stored;
    stored.recipients = std::move(answer->pages[0].rows);
    for (const Row& row : stored.recipients) {
        CO_TRY_VOID(decode_recipients(row.value, stored.entry));
    }
    co_return stored;
}

Awaitable<Result<std::vector<StoredEntry>>> EngineQueue::load_all(std::vector<QueueId> ids)
{
    ByShard shards = by_shard(ids);
    std::vector<std::vector<StoredEntry>> loaded(shards.size());
    for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
        if (shards[shard].empty())
            continue;
        auto entries = co_await load(shard, std::move(shards[shard]));
        if (!entries)
            co_return entries.error();
        loaded[shard] = std::move(*entries);
    }
    co_return in_order(ids, std::move(loaded));
}

Awaitable<Result<QueueEntry>> EngineQueue::find(QueueId id)
{
    std::vector<QueueId> one{id};
    auto entries = co_await load(keys::queue_shard(id), std::move(one));
    if (!entries)
        co_return entries.error();
    if (entries->empty())
        co_return no_such_entry(id);
    co_return std::move(entries->front().entry);
}

/// Reads the inline bodies; entries whose body went meanwhile go too.
Awaitable<Result<>> EngineQueue::add_bodies(std::uint16_t shard, std::vector<StoredEntry>& entries)
{
    Query query;
    for (const StoredEntry& stored : entries) {
        if (!stored.entry.body.shared)
            query.keys.push_back(keys::inline_body(stored.entry.body.blob));
    }
    if (query.keys.empty())
        co_return ok();
    auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
    if (!answer)
        co_return answer.error();
    std::size_t at = 0;
    std::vector<StoredEntry> there;
    for (StoredEntry& stored : entries) {
        if (!stored.entry.body.shared && stored.entry.body.octets > 0) {
            const auto& value = answer->values[at];
            if (!value) {
                ++at;
                continue;
            }
            CO_TRY(stored.entry.inline_body, decode_inline_body(*value));
        }
        at += stored.entry.body.shared ? 0 : 1;
        there.push_back(std::move(stored));
    }
    entries = std::move(there);
    co_return ok();
}

Awaitable<Result<std::vector<QueueEntry>>> EngineQueue::find_all(std::vector<QueueId> ids)
{
    ByShard shards = by_shard(ids);
    std::vector<std::vector<StoredEntry>> loaded(shards.size());
    for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
        if (shards[shard].empty())
            continue;
        auto entries = co_await load(shard, std::move(shards[shard]));
        if (!entries)
            co_return entries.error();
        loaded[shard] = std::move(*entries);
        auto added = co_await add_bodies(shard, loaded[shard]);
        if (!added)
            co_return added.error();
    }
    std::vector<QueueEntry> found;
    for (StoredEntry& stored : in_order(ids, std::move(loaded)))
        found.push_back(std::move(stored.entry));
    co_return found;
}

/// The entries that index rows lead to, or whose rows they are.
Awaitable<Result<std::vector<QueueEntry>>> EngineQueue::entries_of(std::vector<Row> rows,
                                                                   bool whole)
{
    std::vector<QueueEntry> entries;
    std::vector<QueueId> ids;
    for (const Row& row : rows) {
        CO_TRY(const QueueId id, keys::queue_id_of(row.key));
        ids.push_back(id);
    }
    if (!whole) {
        auto loaded = co_await load_all(std::move(ids));
        if (!loaded)
            co_return loaded.error();
        for (StoredEntry& stored : *loaded)
            entries.push_back(std::move(stored.entry));
        co_return entries;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CO_TRY(StoredEntry stored, decode_entry(ids[i], rows[i].value));
        if (!stored.recipients_apart) {
            entries.push_back(std::move(stored.entry));
            continue;
        }
        auto found = co_await load_one(ids[i]);
        if (found)
            entries.push_back(std::move(found->entry));
        else if (found.error().code() != Errc::NotFound)
            co_return found.error();
    }
    co_return entries;
}

Awaitable<Result<std::vector<QueueEntry>>> EngineQueue::list(QueueFilter filter)
{
    std::vector<QueueEntry> found;
    const Time now = clock_.now();
    if (filter.id) {
        auto entry = co_await find(*filter.id);
        if (!entry && entry.error().code() != Errc::NotFound)
            co_return entry.error();
        if (entry && matches(filter, *entry, now, Among::Queue))
            found.push_back(std::move(*entry));
        co_return found;
    }
    const std::size_t limit = filter.limit == 0 ? SIZE_MAX : filter.limit;
    const std::string prefix = index_for(filter);
    const bool whole = prefix == keys::kQueueEntryPrefix;
    RowWalk walk(engine_, prefix,
                 filter.after ? keys::with_queue_id(prefix, *filter.after) : std::string(),
                 filter.limit);
    for (bool more = true; more && found.size() < limit;) {
        const std::size_t wanted = std::min(limit, kPageEntries);
        auto rows = co_await walk.next(wanted);
        if (!rows)
            co_return rows.error();
        more = rows->size() == wanted;
        auto entries = co_await entries_of(std::move(*rows), whole);
        if (!entries)
            co_return entries.error();
        for (QueueEntry& entry : *entries) {
            if (found.size() < limit && matches(filter, entry, now, Among::Queue))
                found.push_back(std::move(entry));
        }
        if (more)
            co_await next_turn();
    }
    co_return found;
}

Awaitable<Result<std::string>> EngineQueue::read_body(const QueueEntry& entry,
                                                      std::uint64_t offset, std::uint64_t length)
{
    if (entry.body.shared)
        co_return co_await bodies_.read_shared(entry.body, offset, length);
    Query query;
    query.keys.push_back(keys::inline_body(entry.body.blob));
    auto answer = co_await engine_.read(keys::queue(keys::queue_shard(entry.id)), std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return no_such_entry(entry.id);
    CO_TRY(const std::string body, decode_inline_body(*answer->values[0]));
    if (offset >= body.size())
        co_return std::string();
    co_return body.substr(offset, length);
}

} // namespace mailctl::store
