// Grouped commits: one thread makes durable whatever waits, with one sync for all.
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/base/log.h"
#include "store/engine/batch.h"
#include "store/engine/rocks_engine.h"
#include "store/keys.h"

namespace mailctl::store {
namespace {

/// What one group may hold; the rest waits for the next.
constexpr std::size_t kMaxGroupWrites = 512;
constexpr std::size_t kMaxGroupOctets = 16 * 1024 * 1024;
/// That many which may wait are enough for a sync of their own.
constexpr std::size_t kCompany = 64;
/// Longer ranges are erased by one range tombstone, shorter ones row by row.
constexpr std::size_t kMaxSingleErasures = 1000;

/// Writes of one name share a group only where both are commits that touch different rows.
std::string name_in_group(const Partition& partition, const BlobId* blob)
{
    std::string name = row_key(partition, {});
    if (blob)
        name += blob->view();
    return name;
}

/// The rows that commits of one partition in a group touch or look at. Borrows: their batches.
class TouchedRows {
public:
    /// False where the batch must wait for what is in the group to be durable: it looks at a row
    /// that changes there, changes one of its rows, or would have to know all of them.
    bool take(const Batch& batch)
    {
        if (!batch.erase_prefix.empty())
            return false;
        for (const auto& expectation : batch.expect) {
            if (keys_.contains(expectation.key))
                return false;
        }
        for (const auto& row : batch.put) {
            if (keys_.contains(row.key))
                return false;
        }
        for (const auto& key : batch.erase) {
            if (keys_.contains(key))
                return false;
        }
        add(batch);
        return true;
    }
    void add(const Batch& batch)
    {
        for (const auto& expectation : batch.expect)
            keys_.insert(expectation.key);
        for (const auto& row : batch.put)
            keys_.insert(row.key);
        for (const auto& key : batch.erase)
            keys_.insert(key);
    }

private:
    std::unordered_set<std::string_view> keys_;
};

std::size_t octets_of(const Batch& batch)
{
    std::size_t sum = 0;
    for (const auto& row : batch.put)
        sum += row.key.size() + row.value.size();
    return sum;
}

} // namespace

struct RocksEngine::Group {
    rocksdb::WriteBatch batch;
    /// Places to be counted as live or dead once the batch is durable.
    std::vector<std::pair<BodyPlace, bool>> counts;
    /// Index rows whose old places are in `counts` already.
    std::unordered_set<std::string> replaced;
};

Awaitable<Result<>> RocksEngine::commit(Partition partition, Batch batch)
{
    CO_TRY_VOID(validate(partition, batch));
    auto write = std::make_unique<Write>();
    write->partition = std::move(partition);
    write->batch = std::move(batch);
    CO_TRY_VOID(divert_bodies(*write));
    co_return co_await submit(std::move(write));
}

Awaitable<Result<>> RocksEngine::drop(Partition partition)
{
    auto write = std::make_unique<Write>();
    write->kind = Write::Kind::Drop;
    write->partition = std::move(partition);
    co_return co_await submit(std::move(write));
}

Awaitable<Result<>> RocksEngine::submit(std::unique_ptr<Write> write)
{
    if (options_.read_only)
        co_return Error(Errc::Denied, "the store is open for reading only");
    co_return co_await enqueue_and_wait(*this, std::move(write));
}

/// Puts long inline bodies into the body log, so that RocksDB's log, flushes and compactions do
/// not write them again and again.
Result<> RocksEngine::divert_bodies(Write& write)
{
    const std::size_t most = write.batch.is_brief ? kBriefValueOctets : kLogValueOctets;
    for (auto& row : write.batch.put) {
        if (!keys::is_inline_body(row.key))
            continue;
        if (row.value.size() < most || options_.read_only) {
            row.value.insert(row.value.begin(), kValueHere);
            continue;
        }
        BodyRecordHead head;
        head.kind = BodyRecordHead::Kind::Row;
        head.owner = write.partition;
        std::copy_n(row.key.begin() + 1, head.id.octets.size(), head.id.octets.begin());
        TRY(auto appended, log_->append(encode_body_record(head, row.value)));
        Diverted diverted{row.key, {}};
        diverted.index.octets = row.value.size();
        diverted.index.places.push_back(appended.place);
        write.diverted.push_back(std::move(diverted));
        write.pins.push_back(std::move(appended.pin));
        row.value.assign(1, kValueInLog);
        put_place(row.value, appended.place);
    }
    return ok();
}

void RocksEngine::enqueue(std::unique_ptr<Write> write)
{
    bool is_awaited = false;
    {
        const std::lock_guard lock(queue_mutex_);
        const bool is_urgent = !write->may_wait();
        is_awaited = queue_.empty() || (is_urgent && urgent_ == 0);
        urgent_ += is_urgent;
        queue_.push_back(std::move(write));
        is_awaited = is_awaited || queue_.size() == kCompany;
    }
    if (is_awaited)
        queue_filled_.notify_one();
}

void RocksEngine::run_committer()
{
    for (;;) {
        auto writes = take_group();
        if (writes.empty())
            return;
        commit_group(writes);
        for (auto& write : writes) {
            const bool rows_changed = write->result && (write->kind == Write::Kind::Commit ||
                                                        write->kind == Write::Kind::Drop);
            if (rows_changed)
                watchers_.notify(write->partition);
            write->waiter->resume(std::move(write->result));
        }
        writes.clear();
        const std::lock_guard lock(queue_mutex_);
        is_writing_ = false;
        if (queue_.empty())
            all_written_.notify_all();
    }
}

void RocksEngine::finish_writes()
{
    std::unique_lock lock(queue_mutex_);
    all_written_.wait(lock, [this] { return queue_.empty() && !is_writing_; });
}

/// Everything that waits and may go together, in its order; empty: the engine stops.
std::vector<std::unique_ptr<RocksEngine::Write>> RocksEngine::take_group()
{
    std::vector<std::unique_ptr<Write>> taken;
    std::unique_lock lock(queue_mutex_);
    queue_filled_.wait(lock, [this] { return !queue_.empty() || stopping_; });
    if (queue_.empty())
        return taken;
    is_writing_ = true;
    queue_filled_.wait_for(lock, kMaxCommitWait, [this] {
        return urgent_ > 0 || queue_.size() >= kCompany || stopping_;
    });
    // Moves go alone: they may touch any index row.
    if (queue_.front()->kind == Write::Kind::Move) {
        taken.push_back(std::move(queue_.front()));
        queue_.pop_front();
        --urgent_;
        return taken;
    }
    struct Member {
        const Batch* only = nullptr; ///< of the first commit, until there is a second
        std::optional<TouchedRows> rows;
        bool alone = false; ///< nothing else of that name may join
    };
    std::unordered_map<std::string, Member> members;
    const auto joins = [&members](const Write& write) {
        const bool body =
            write.kind == Write::Kind::PutBody || write.kind == Write::Kind::EraseBody;
        const bool alone =
            write.kind != Write::Kind::Commit || !write.batch.erase_prefix.empty();
        const auto [at, is_new] =
            members.try_emplace(name_in_group(write.partition, body ? &write.blob : nullptr));
        Member& member = at->second;
        if (is_new) {
            member.only = &write.batch;
            member.alone = alone;
            return true;
        }
        if (alone || member.alone)
            return false;
        if (!member.rows)
            member.rows.emplace().add(*member.only);
        return member.rows->take(write.batch);
    };
    std::deque<std::unique_ptr<Write>> later;
    std::size_t octets = 0;
    for (auto& write : queue_) {
        const bool full = taken.size() >= kMaxGroupWrites || octets >= kMaxGroupOctets;
        if (full || write->kind == Write::Kind::Move || !joins(*write)) {
            later.push_back(std::move(write));
            continue;
        }
        octets += octets_of(write->batch);
        urgent_ -= !write->may_wait();
        taken.push_back(std::move(write));
    }
    queue_ = std::move(later);
    return taken;
}

void RocksEngine::commit_group(std::vector<std::unique_ptr<Write>>& writes)
{
    Group group;
    // Bodies before the rows that name them.
    if (std::ranges::any_of(writes, [](const auto& write) { return !write->pins.empty(); }))
        (void)log_->sync(); // which writes that fails is in their pins
    for (auto& write : writes) {
        const auto counted = group.counts.size();
        group.batch.SetSavePoint();
        write->result = add(group, *write);
        if (write->result) {
            group.batch.PopSavePoint();
        } else {
            group.batch.RollbackToSavePoint();
            group.counts.resize(counted);
        }
    }
    if (group.batch.Count() == 0)
        return;
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const auto written = database_->db().Write(durable, &group.batch);
    if (!written.ok()) {
        const auto error = error_from(written, "cannot commit");
        log::error("store", "commit_failed", {{"why", error.detail()}});
        for (auto& write : writes)
            if (write->result)
                write->result = Error(Errc::InDoubt, error.detail());
        return;
    }
    bool died = false;
    for (const auto& [place, live] : group.counts) {
        log_->count_live(place, live);
        died = died || !live;
    }
    if (died) {
        const std::lock_guard lock(wake_mutex_);
        collector_wanted_ = true;
        wake_collector_.notify_one();
    }
}

Result<> RocksEngine::add(Group& group, Write& write)
{
    if (std::ranges::any_of(write.pins, [](const auto& pin) { return pin.failed(); }))
        return Error(Errc::Unavailable, "the body could not be made durable");
    switch (write.kind) {
    case Write::Kind::Commit:
        return add_commit(group, write);
    case Write::Kind::Drop:
        TRY_VOID(erase_rows(group, row_key(write.partition, {})));
        return erase_indexes(group, index_key(write.partition, {&keys::kInlineBodyPrefix, 1}));
    case Write::Kind::PutBody:
        return put_index(group, blob_key(write.partition, write.blob), write.index);
    case Write::Kind::EraseBody:
        return erase_index(group, blob_key(write.partition, write.blob));
    case Write::Kind::Move:
        return add_moves(group, write);
    }
    return ok();
}

Result<> RocksEngine::add_commit(Group& group, Write& write)
{
    for (const auto& expectation : write.batch.expect)
        TRY_VOID(check(write.partition, expectation));
    for (const auto& prefix : write.batch.erase_prefix) {
        TRY_VOID(erase_rows(group, row_key(write.partition, prefix)));
        const std::string_view bodies =
            prefix.empty() ? std::string_view(&keys::kInlineBodyPrefix, 1) : prefix;
        if (bodies.front() == keys::kInlineBodyPrefix) {
            TRY_VOID(erase_indexes(group, index_key(write.partition, bodies)));
        }
    }
    for (const auto& key : write.batch.erase) {
        const auto full = row_key(write.partition, key);
        group.batch.Delete(full);
        if (keys::is_inline_body(key)) {
            TRY_VOID(erase_index(group, index_key(write.partition, key)));
        }
    }
    for (const auto& row : write.batch.put) {
        const auto full = row_key(write.partition, row.key);
        group.batch.Put(full, row.value);
        if (keys::is_inline_body(row.key) && row.value[0] == kValueHere) {
            TRY_VOID(erase_index(group, index_key(write.partition, row.key)));
        }
    }
    for (const auto& diverted : write.diverted)
        TRY_VOID(put_index(group, index_key(write.partition, diverted.key), diverted.index));
    return ok();
}

Result<> RocksEngine::check(const Partition& partition, const Batch::Expectation& expectation)
{
    TRY(const auto value, get_row({}, partition, expectation.key));
    if (value != expectation.value)
        return Error(Errc::Conflict, "an expectation failed");
    return ok();
}

Result<> RocksEngine::put_index(Group& group, const std::string& key, const BodyIndex& index)
{
    TRY_VOID(erase_index(group, key));
    group.batch.Put(key, encode(index));
    for (const auto& place : index.places)
        group.counts.emplace_back(place, true);
    return ok();
}

Result<> RocksEngine::erase_index(Group& group, const std::string& key)
{
    TRY(const auto old, find_index({}, key));
    if (!old || !group.replaced.insert(key).second)
        return ok();
    group.batch.Delete(key);
    for (const auto& place : old->places)
        group.counts.emplace_back(place, false);
    return ok();
}

/// Erases the rows whose full keys start with `prefix`.
Result<> RocksEngine::erase_rows(Group& group, const std::string& prefix)
{
    const std::string end = after_prefix(prefix);
    const rocksdb::Slice bound(end);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> at(
        database_->db().NewIterator(options));
    std::vector<std::string> keys;
    for (at->Seek(prefix); at->Valid() && keys.size() <= kMaxSingleErasures; at->Next())
        keys.push_back(at->key().ToString());
    if (!at->status().ok())
        return error_from(at->status(), "cannot erase");
    if (keys.size() > kMaxSingleErasures) {
        group.batch.DeleteRange(prefix, end);
        return ok();
    }
    for (const auto& key : keys)
        group.batch.Delete(key);
    return ok();
}

Result<> RocksEngine::erase_indexes(Group& group, const std::string& prefix)
{
    const std::string end = after_prefix(prefix);
    const rocksdb::Slice bound(end);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> at(
        database_->db().NewIterator(options));
    for (at->Seek(prefix); at->Valid(); at->Next())
        TRY_VOID(erase_index(group, at->key().ToString()));
    if (!at->status().ok())
        return error_from(at->status(), "cannot erase");
    return ok();
}

/// Lets index rows follow their records, unless they have changed or gone since. A row is read
/// and written once, so the moves of one body must stand together.
Result<> RocksEngine::add_moves(Group& group, const Write& write)
{
    for (std::size_t i = 0; i < write.moves.size();) {
        const auto& key = write.moves[i].key;
        TRY(auto index, find_index({}, key));
        bool moved = false;
        for (; i < write.moves.size() && write.moves[i].key == key; ++i) {
            const auto& step = write.moves[i];
            if (!index)
                continue;
            const auto place = std::ranges::find(index->places, step.from);
            if (place == index->places.end())
                continue;
            *place = step.to;
            moved = true;
            group.counts.emplace_back(step.from, false);
            group.counts.emplace_back(step.to, true);
        }
        if (moved)
            group.batch.Put(key, encode(*index));
    }
    return ok();
}

} // namespace mailctl::store
