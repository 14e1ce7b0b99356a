// Adds, finds, lists and removes queue entries.
#include <algorithm>
#include <utility>

#include "core/address/address.h"
#include "core/base/ascii.h"
#include "store/body_codec.h"
#include "store/keys.h"
#include "store/queue/engine_queue.h"
#include "store/queue/queue_records.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kPageRows = 500;
constexpr int kMaxIdTries = 20;

Error no_such_entry(QueueId id)
{
    return Error(Errc::NotFound, "not in the queue: " + to_string(id));
}

/// Errors: Invalid.
Result<> check_fields(const QueueEntry& entry)
{
    if (entry.recipients.empty())
        return Error(Errc::Invalid, "a queue entry without recipients");
    if (entry.recipients.size() > kMaxQueueRecipients)
        return Error(Errc::Invalid, "over " + std::to_string(kMaxQueueRecipients) +
                                        " recipients in one queue entry");
    for (const Row& row : rows_of(entry)) {
        if (row.key.size() > kMaxKeyOctets || row.value.size() > kMaxValueOctets)
            return Error(Errc::Invalid, "a field of the queue entry is too long");
    }
    return ok();
}

bool is_pattern(std::string_view text)
{
    return text.find('*') != std::string_view::npos;
}

bool fits(const std::string& wanted, const std::string& text)
{
    return wanted.empty() || address::matches_wildcard(wanted, text);
}

bool matches(const QueueFilter& filter, const QueueEntry& entry)
{
    if (filter.from == "<>" ? !entry.sender.empty() : !fits(filter.from, entry.sender))
        return false;
    if (!fits(filter.account, entry.account))
        return false;
    const std::string at_domain = filter.domain.empty() ? "" : "*@" + filter.domain;
    return std::any_of(entry.recipients.begin(), entry.recipients.end(),
                       [&](const QueueRecipient& recipient) {
                           return fits(filter.to, recipient.address) &&
                                  fits(at_domain, recipient.address);
                       });
}

/// The index that holds everything the filter can match, and least besides.
std::string index_for(const QueueFilter& filter)
{
    if (!filter.domain.empty() && !is_pattern(filter.domain))
        return keys::queue_by_domain(filter.domain);
    if (const auto at = filter.to.rfind('@');
        at != std::string::npos && !is_pattern(filter.to.substr(at + 1)))
        return keys::queue_by_domain(filter.to.substr(at + 1));
    if (filter.from == "<>")
        return keys::queue_by_sender(std::string_view());
    if (!filter.from.empty() && !is_pattern(filter.from))
        return keys::queue_by_sender(filter.from);
    if (!filter.account.empty() && !is_pattern(filter.account))
        return keys::queue_by_account(filter.account);
    return std::string(keys::kQueueEntryPrefix);
}

} // namespace

EngineQueue::EngineQueue(Engine& engine, QueuedBodies& bodies, const Clock& clock, Random& random)
    : engine_(engine), bodies_(bodies), clock_(clock), random_(random)
{
}

void EngineQueue::counted(std::int64_t change)
{
    const std::lock_guard lock(mutex_);
    ++changes_;
    if (count_)
        *count_ += static_cast<std::uint64_t>(change);
}

Awaitable<Result<std::optional<QueueId>>>
EngineQueue::known_delivery(std::uint16_t shard, const std::string& delivery_id)
{
    std::optional<QueueId> none;
    if (delivery_id.empty())
        co_return none;
    Query query;
    query.keys.push_back(keys::queue_delivery(delivery_id));
    auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return none;
    CO_TRY(const QueueId id, keys::queue_id_of(*answer->values[0]));
    co_return std::optional<QueueId>(id);
}

Awaitable<Result<QueueId>> EngineQueue::add(QueueEntry entry)
{
    const bool wants_id = entry.id == QueueId{};
    for (int tries = 0; tries < kMaxIdTries; ++tries) {
        if (wants_id)
            entry.id = new_queue_id(clock_.now(), random_);
        if (!entry.delivery_id.empty())
            entry.id = keys::placed_by(entry.id, entry.delivery_id);
        if (!entry.body.shared && entry.body.blob == BlobId{})
            entry.body.blob = new_blob_id(clock_.now(), random_);
        CO_TRY_VOID(check_fields(entry));

        Batch batch;
        batch.put = rows_of(entry);
        if (!entry.inline_body.empty())
            batch.put.push_back({keys::inline_body(entry.body.blob),
                                 encode_inline_body(entry.inline_body)});
        batch.expect.push_back({keys::queue_entry(entry.id), std::nullopt});
        if (!entry.delivery_id.empty())
            batch.expect.push_back({keys::queue_delivery(entry.delivery_id), std::nullopt});
        const std::uint16_t shard = keys::queue_shard(entry.id);
        auto done = co_await engine_.commit(keys::queue(shard), std::move(batch));
        if (done) {
            counted(1);
            co_return entry.id;
        }
        if (done.error().code() != Errc::Conflict)
            co_return done.error();
        auto known = co_await known_delivery(shard, entry.delivery_id);
        if (!known)
            co_return known.error();
        if (*known)
            co_return **known;
        if (!wants_id)
            co_return Error(Errc::Exists, "in the queue already: " + to_string(entry.id));
    }
    co_return Error(Errc::Unavailable, "no free queue id");
}

Awaitable<Result<std::vector<QueueEntry>>> EngineQueue::load(std::uint16_t shard,
                                                             std::vector<QueueId> ids)
{
    Query query;
    for (const QueueId id : ids) {
        query.keys.push_back(keys::queue_entry(id));
        query.ranges.push_back({keys::queue_recipients(id), {}, kPageRows});
    }
    auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
    if (!answer)
        co_return answer.error();
    std::vector<QueueEntry> entries;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!answer->values[i]) // gone meanwhile
            continue;
        CO_TRY(QueueEntry entry, decode_queue_entry(ids[i], *answer->values[i]));
        for (const Row& row : answer->pages[i].rows) {
            CO_TRY_VOID(decode_recipients(row.value, entry.recipients));
        }
        entries.push_back(std::move(entry));
    }
    co_return entries;
}

Awaitable<Result<QueueEntry>> EngineQueue::find(QueueId id)
{
    std::vector<QueueId> one{id};
    auto entries = co_await load(keys::queue_shard(id), std::move(one));
    if (!entries)
        co_return entries.error();
    if (entries->empty())
        co_return no_such_entry(id);
    co_return std::move(entries->front());
}

Awaitable<Result<std::vector<QueueId>>> EngineQueue::next_ids(std::string prefix, QueueId after,
                                                              std::uint32_t limit)
{
    std::vector<QueueId> ids;
    for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
        Query query;
        const bool from_start = after == QueueId{};
        query.ranges.push_back(
            {prefix, from_start ? std::string() : keys::with_queue_id(prefix, after), limit});
        auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
        if (!answer)
            co_return answer.error();
        for (const Row& row : answer->pages[0].rows) {
            CO_TRY(const QueueId id, keys::queue_id_of(row.key));
            ids.push_back(id);
        }
    }
    std::sort(ids.begin(), ids.end());
    if (ids.size() > limit)
        ids.resize(limit);
    co_return ids;
}

Awaitable<Result<std::vector<QueueEntry>>> EngineQueue::list(QueueFilter filter)
{
    std::vector<QueueEntry> found;
    if (filter.id) {
        auto entry = co_await find(*filter.id);
        if (!entry && entry.error().code() != Errc::NotFound)
            co_return entry.error();
        if (entry && matches(filter, *entry))
            found.push_back(std::move(*entry));
        co_return found;
    }
    const std::string prefix = index_for(filter);
    QueueId after = filter.after.value_or(QueueId{});
    while (found.size() < filter.limit) {
        auto ids = co_await next_ids(prefix, after, kPageRows);
        if (!ids)
            co_return ids.error();
        if (ids->empty())
            break;
        after = ids->back();
        std::vector<std::vector<QueueId>> shards(keys::kQueueShards);
        for (const QueueId id : *ids)
            shards[keys::queue_shard(id)].push_back(id);
        std::vector<QueueEntry> page;
        for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
            auto entries = co_await load(shard, std::move(shards[shard]));
            if (!entries)
                co_return entries.error();
            std::move(entries->begin(), entries->end(), std::back_inserter(page));
        }
        std::erase_if(page, [&](const QueueEntry& entry) { return !matches(filter, entry); });
        std::sort(page.begin(), page.end(),
                  [](const QueueEntry& a, const QueueEntry& b) { return a.id < b.id; });
        std::move(page.begin(), page.end(), std::back_inserter(found));
    }
    if (found.size() > filter.limit)
        found.resize(filter.limit);
    co_return found;
}

Awaitable<Result<>> EngineQueue::remove(QueueId id)
{
    const std::uint16_t shard = keys::queue_shard(id);
    auto entry = co_await find(id);
    if (!entry)
        co_return entry.error();
    Batch batch;
    batch.expect.push_back({keys::queue_entry(id), encode(*entry)}); // the same as we read
    for (Row& row : rows_of(*entry))
        batch.erase.push_back(std::move(row.key));
    if (entry->body.shared)
        batch.put.push_back({keys::queue_release(id), encode_body_ref(entry->body)});
    else
        batch.erase.push_back(keys::inline_body(entry->body.blob));
    auto done = co_await engine_.commit(keys::queue(shard), std::move(batch));
    if (!done && done.error().code() == Errc::Conflict)
        co_return Error(Errc::Busy, to_string(id) + " changes just now");
    if (!done)
        co_return done;
    counted(-1);
    if (entry->body.shared)
        co_return co_await finish_release(id, entry->body);
    co_return ok();
}

Awaitable<Result<>> EngineQueue::finish_release(QueueId id, BodyRef body)
{
    auto released = co_await bodies_.release_shared(std::move(body));
    if (!released)
        co_return released;
    Batch batch;
    batch.erase.push_back(keys::queue_release(id));
    co_return co_await engine_.commit(keys::queue(keys::queue_shard(id)), std::move(batch));
}

Awaitable<Result<std::uint64_t>> EngineQueue::finish_releases()
{
    std::uint64_t count = 0;
    for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
        Query query;
        query.ranges.push_back({std::string(keys::kQueueReleasePrefix), {}, kPageRows});
        auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
        if (!answer)
            co_return answer.error();
        for (const Row& row : answer->pages[0].rows) {
            CO_TRY(const QueueId id, keys::queue_id_of(row.key));
            CO_TRY(BodyRef body, decode_body_ref(row.value));
            auto done = co_await finish_release(id, std::move(body));
            if (!done)
                co_return done.error();
            ++count;
        }
    }
    co_return count;
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

/// Counted once by reading every entry's key, then kept. A change during that count spoils it: the
/// sum is close enough for now, and the next call counts again.
Awaitable<Result<std::uint64_t>> EngineQueue::count()
{
    std::uint64_t before = 0, sum = 0;
    {
        const std::lock_guard lock(mutex_);
        if (count_)
            co_return *count_;
        before = changes_;
    }
    for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
        std::string after;
        for (bool more = true; more;) {
            Query query;
            query.ranges.push_back({std::string(keys::kQueueEntryPrefix), after, kPageRows});
            auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
            if (!answer)
                co_return answer.error();
            Page& page = answer->pages[0];
            sum += page.rows.size();
            more = page.more && !page.rows.empty();
            if (more)
                after = std::move(page.rows.back().key);
        }
    }
    const std::lock_guard lock(mutex_);
    if (changes_ == before)
        count_ = sum;
    co_return sum;
}

} // namespace mailctl::store
