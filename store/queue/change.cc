// Changes entries, one commit a change, and lets them go.
#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "store/keys.h"
#include "store/queue/difference.h"
#include "store/queue/engine_queue.h"
#include "store/queue/log_records.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kPageRows = 500;
constexpr int kMaxTries = 50;
/// Entries changed together.
constexpr std::size_t kPageEntries = 200;

bool is_open(const QueueEntry& entry)
{
    return std::any_of(entry.recipients.begin(), entry.recipients.end(),
                       [](const QueueRecipient& recipient) { return recipient.is_open(); });
}

bool was_tried(const QueueEntry& entry)
{
    return std::any_of(entry.recipients.begin(), entry.recipients.end(),
                       [](const QueueRecipient& recipient) {
                           return recipient.attempts > 0 || !recipient.last_reply.empty() ||
                                  !recipient.last_host.empty();
                       });
}

/// What `settle` would find to do.
bool is_settled(const QueueEntry& entry)
{
    std::optional<Time> first;
    for (const auto& recipient : entry.recipients) {
        if (!recipient.is_pending())
            continue;
        if (recipient.next_attempt == Time{})
            return false;
        if (!first || recipient.next_attempt < *first)
            first = recipient.next_attempt;
    }
    return !first || entry.next_attempt == *first;
}

std::vector<Row> rows_on_disk(const StoredEntry& stored)
{
    std::vector<Row> rows = rows_of(stored.entry);
    const std::string apart = keys::queue_recipients(stored.entry.id);
    std::erase_if(rows, [&](const Row& row) { return row.key.starts_with(apart); });
    rows.front().value = stored.record;
    rows.insert(rows.end(), stored.recipients.begin(), stored.recipients.end());
    return rows;
}

std::size_t rows_in(const Batch& batch)
{
    return batch.put.size() + batch.erase.size() + batch.expect.size();
}

std::size_t octets_in(const Batch& batch)
{
    std::size_t sum = 0;
    for (const Row& row : batch.put)
        sum += row.key.size() + row.value.size();
    return sum;
}

void append(Batch& batch, Batch more)
{
    std::move(more.expect.begin(), more.expect.end(), std::back_inserter(batch.expect));
    std::move(more.erase.begin(), more.erase.end(), std::back_inserter(batch.erase));
    std::move(more.put.begin(), more.put.end(), std::back_inserter(batch.put));
}

std::optional<BodyRef> given_up(const QueueEntry& entry)
{
    return is_open(entry) ? std::nullopt : std::optional<BodyRef>(entry.body);
}

} // namespace

EngineQueue::Change EngineQueue::change_of(const StoredEntry& stored, QueueEntry after)
{
    Change change;
    change.before = &stored.entry;
    change.rows = rows_on_disk(stored);
    change.expect_recipients = stored.recipients_apart;
    change.after = std::move(after);
    return change;
}

Awaitable<Result<Batch>> EngineQueue::batch_for(Change change)
{
    const QueueId id = change.before->id;
    Batch batch;
    batch.expect.push_back({change.rows.front().key, change.rows.front().value});
    if (change.expect_recipients) {
        const std::string apart = keys::queue_recipients(id);
        for (const Row& row : change.rows) {
            if (row.key.starts_with(apart))
                batch.expect.push_back({row.key, row.value});
        }
    }
    // Nothing looks for attempts in a log where there can be none.
    const bool logged = change.before->logged || was_tried(*change.before);
    if (is_open(change.after)) {
        change.after.logged =
            (logged || !change.attempts.empty()) && !was_tried(change.after);
        settle(change.after);
        add_difference(batch, std::move(change.rows), rows_of(change.after));
        auto noted = co_await log_attempts(batch, id, logged, std::move(change.attempts));
        if (!noted)
            co_return noted.error();
        co_return batch;
    }
    for (Row& row : change.rows)
        batch.erase.push_back(std::move(row.key));
    std::vector<QueueAttempt> attempts;
    if (logged) {
        auto rows = co_await attempt_rows(id);
        if (!rows)
            co_return rows.error();
        for (Row& row : *rows) {
            CO_TRY(QueueAttempt attempt, decode_attempt(row.value));
            attempts.push_back(std::move(attempt));
            batch.erase.push_back(std::move(row.key));
        }
    }
    std::move(change.attempts.begin(), change.attempts.end(), std::back_inserter(attempts));
    batch.put = history_rows(change.after, clock_.now(), std::move(attempts));
    const BodyRef& body = change.before->body;
    if (body.shared)
        batch.put.push_back({keys::queue_release(id), encode_body_ref(body)});
    else
        batch.erase.push_back(keys::inline_body(body.blob));
    co_return batch;
}

/// What follows a commit. Leaving an entry's body is finished by sweeps where it fails here: the
/// change itself is durable.
Awaitable<void> EngineQueue::after_change(QueueId id, Time next_attempt,
                                          std::optional<BodyRef> given_up)
{
    if (!given_up) {
        lower_floor(id, next_attempt);
        co_return;
    }
    counted(-1);
    if (!given_up->shared)
        co_return;
    const auto released = co_await finish_release(id, std::move(*given_up));
    if (!released)
        log::warn("queue", "release_failed",
                  {{"id", to_string(id)}, {"why", released.error().detail()}});
}

Awaitable<Result<>> EngineQueue::commit_change(Change change)
{
    settle(change.after);
    const QueueId id = change.before->id;
    const Time next_attempt = change.after.next_attempt;
    const bool may_wait = change.may_wait;
    auto gone = given_up(change.after);
    auto batch = co_await batch_for(std::move(change));
    if (!batch)
        co_return batch.error();
    batch->may_wait = may_wait;
    auto done = co_await engine_.commit(keys::queue(keys::queue_shard(id)), std::move(*batch));
    lower_floor(id, next_attempt); // also where it is in doubt
    if (!done && done.error().code() != Errc::Conflict)
        count_anew();
    if (!done)
        co_return done;
    co_await after_change(id, next_attempt, std::move(gone));
    co_return ok();
}

Awaitable<Result<QueueEntry>> EngineQueue::update(QueueId id,
                                                  std::function<Result<>(QueueEntry&)> change,
                                                  std::vector<QueueAttempt> attempts)
{
    for (int tries = 0; tries < kMaxTries; ++tries) {
        auto stored = co_await load_one(id);
        if (!stored)
            co_return stored.error();
        QueueEntry after = stored->entry;
        CO_TRY_VOID(change(after));
        settle(after);
        Change step = change_of(*stored, after);
        step.attempts = attempts;
        auto done = co_await commit_change(std::move(step));
        if (done)
            co_return after;
        if (done.error().code() != Errc::Conflict)
            co_return done.error();
    }
    co_return Error(Errc::Busy, to_string(id) + " changes all the time");
}

Awaitable<Result<>> EngineQueue::replace(const QueueEntry& before, QueueEntry after,
                                         std::vector<QueueAttempt> attempts)
{
    std::optional<QueueEntry> settled;
    if (!is_settled(before)) {
        settled = before;
        settle(*settled);
    }
    const QueueEntry& known = settled ? *settled : before;
    Change change;
    change.before = &known;
    change.rows = rows_of(known);
    change.after = after;
    change.attempts = attempts;
    change.may_wait = true;
    auto done = co_await commit_change(std::move(change));
    if (done || done.error().code() != Errc::Conflict)
        co_return done;
    // The same entry may be on disk in an earlier form.
    auto stored = co_await load_one(before.id);
    if (!stored && stored.error().code() == Errc::NotFound)
        co_return done;
    if (!stored)
        co_return stored.error();
    QueueEntry same = known;
    same.logged = stored->entry.logged;
    std::vector<Row> known_rows = entry_rows(same);
    std::vector<Row> stored_rows = entry_rows(stored->entry);
    if (!std::equal(known_rows.begin(), known_rows.end(), stored_rows.begin(), stored_rows.end(),
                    [](const Row& a, const Row& b) { return a.value == b.value; }))
        co_return done;
    Change step = change_of(*stored, std::move(after));
    step.attempts = std::move(attempts);
    co_return co_await commit_change(std::move(step));
}

/// All of them in one commit; gives those that are left to be done one by one.
Awaitable<Result<std::vector<QueueId>>> EngineQueue::commit_together(std::uint16_t shard,
                                                                     std::vector<Change>& changes)
{
    std::vector<QueueId> again;
    struct Done {
        QueueId id{};
        Time next_attempt{};
        std::optional<BodyRef> given_up;
    };
    std::vector<Done> all;
    Batch batch;
    for (Change& change : changes) {
        settle(change.after);
        Done one{change.before->id, change.after.next_attempt, given_up(change.after)};
        auto step = co_await batch_for(std::move(change));
        if (!step)
            co_return step.error();
        if (rows_in(batch) + rows_in(*step) > kMaxBatchRows ||
            octets_in(batch) + octets_in(*step) > kMaxBatchOctets) {
            again.push_back(one.id);
            continue;
        }
        append(batch, std::move(*step));
        all.push_back(std::move(one));
    }
    if (all.empty())
        co_return again;
    auto done = co_await engine_.commit(keys::queue(shard), std::move(batch));
    for (const Done& one : all)
        lower_floor(one.id, one.next_attempt);
    if (!done && done.error().code() != Errc::Conflict) {
        count_anew();
        co_return done.error();
    }
    for (Done& one : all) {
        if (done)
            co_await after_change(one.id, one.next_attempt, std::move(one.given_up));
        else
            again.push_back(one.id);
    }
    co_return again;
}

Awaitable<Result<std::uint64_t>>
EngineQueue::change_page(std::uint16_t shard, std::vector<QueueId> ids,
                         const std::function<bool(QueueEntry&)>& change)
{
    auto stored = co_await load(shard, std::move(ids));
    if (!stored)
        co_return stored.error();
    std::vector<Change> changes;
    for (const StoredEntry& one : *stored) {
        QueueEntry after = one.entry;
        if (change(after))
            changes.push_back(change_of(one, std::move(after)));
    }
    std::uint64_t changed = changes.size();
    auto again = co_await commit_together(shard, changes);
    if (!again)
        co_return again.error();
    for (const QueueId id : *again) {
        bool wanted = true;
        const auto once = [&](QueueEntry& entry) -> Result<> {
            wanted = change(entry);
            return wanted ? ok() : Error(Errc::Exists, "stays as it is");
        };
        std::vector<QueueAttempt> none;
        auto done = co_await update(id, once, std::move(none));
        if (done)
            continue;
        if (wanted && done.error().code() != Errc::NotFound)
            co_return done.error();
        --changed;
    }
    co_return changed;
}

Awaitable<Result<std::uint64_t>>
EngineQueue::update_all(std::vector<QueueId> ids, std::function<bool(QueueEntry&)> change)
{
    std::vector<std::vector<QueueId>> shards(keys::kQueueShards);
    for (const QueueId id : ids)
        shards[keys::queue_shard(id)].push_back(id);
    std::uint64_t changed = 0;
    for (std::uint16_t shard = 0; shard < keys::kQueueShards; ++shard) {
        const auto& all = shards[shard];
        for (std::size_t at = 0; at < all.size(); at += kPageEntries) {
            const auto end = std::min(all.size(), at + kPageEntries);
            std::vector<QueueId> page(all.begin() + static_cast<std::ptrdiff_t>(at),
                                      all.begin() + static_cast<std::ptrdiff_t>(end));
            auto done = co_await change_page(shard, std::move(page), change);
            if (!done)
                co_return done.error();
            changed += *done;
        }
    }
    co_return changed;
}

Awaitable<Result<>> EngineQueue::postpone(std::vector<QueueId> ids, std::string domain, Time until,
                                          std::string reply)
{
    const std::string wanted = domain_of_recipient("@" + domain);
    const auto put_off = [&](QueueEntry& entry) {
        bool changed = false;
        for (QueueRecipient& recipient : entry.recipients) {
            if (!recipient.is_waiting() ||
                (!wanted.empty() && domain_of_recipient(recipient.address) != wanted))
                continue;
            recipient.next_attempt = until;
            if (!reply.empty())
                recipient.last_reply = reply;
            changed = true;
        }
        return changed;
    };
    auto done = co_await update_all(std::move(ids), put_off);
    if (!done)
        co_return done.error();
    co_return ok();
}

Awaitable<Result<>> EngineQueue::remove(QueueId id)
{
    auto stored = co_await load_one(id);
    if (!stored)
        co_return stored.error();
    Change change = change_of(*stored, stored->entry);
    for (QueueRecipient& recipient : change.after.recipients) {
        recipient.state = QueueRecipient::State::Dropped;
        recipient.notice_due = false;
    }
    auto batch = co_await batch_for(std::move(change));
    if (!batch)
        co_return batch.error();
    std::erase_if(batch->put, [](const Row& row) {
        return !row.key.starts_with(keys::kQueueReleasePrefix);
    });
    auto done =
        co_await engine_.commit(keys::queue(keys::queue_shard(id)), std::move(*batch));
    if (!done && done.error().code() == Errc::Conflict)
        co_return Error(Errc::Busy, to_string(id) + " changes just now");
    if (!done)
        count_anew();
    if (!done)
        co_return done;
    counted(-1);
    if (stored->entry.body.shared)
        co_return co_await finish_release(id, stored->entry.body);
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

} // namespace mailctl::store
