// Giving space back: segments of the body log that are mostly dead are rewritten and removed.
#include <rocksdb/iterator.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "core/base/log.h"
#include "store/engine/rocks_engine.h"
#include "store/keys.h"

namespace mailctl::store {
namespace {

/// How much is copied before its index rows follow.
constexpr std::size_t kMoveOctets = 4 * 1024 * 1024;
constexpr std::size_t kMaxMoves = 1000;
/// The collector looks no more often than this.
constexpr std::chrono::seconds kRest{1};
/// A start is not the time to read every index row.
constexpr std::chrono::seconds kFirstRest{10};

/// A thread that waits for the committer.
class BlockedThread : public Waiter {
public:
    void resume(Result<> result) override { result_.set_value(std::move(result)); }
    std::future<Result<>> result() { return result_.get_future(); }

private:
    std::promise<Result<>> result_;
};

std::string index_key_of(const BodyRecordHead& head)
{
    if (head.kind == BodyRecordHead::Kind::Chunk)
        return blob_key(head.owner, head.id);
    return index_key(head.owner, keys::inline_body(head.id));
}

bool stands_at(const BodyIndex& index, const BodyPlace& place)
{
    return std::ranges::find(index.places, place) != index.places.end();
}

} // namespace

void RocksEngine::run_collector()
{
    std::unique_lock lock(wake_mutex_);
    wake_collector_.wait_for(lock, kFirstRest, [this] { return collector_stops_.load(); });
    while (!collector_stops_) {
        wake_collector_.wait(lock, [this] { return collector_wanted_ || collector_stops_; });
        collector_wanted_ = false;
        if (collector_stops_)
            return;
        lock.unlock();
        if (const auto collected = collect(); !collected)
            log::warn("store", "collect_failed", {{"why", collected.error().detail()}});
        lock.lock();
        wake_collector_.wait_for(lock, kRest, [this] { return collector_stops_.load(); });
    }
}

Result<unsigned> RocksEngine::collect()
{
    const std::lock_guard lock(collect_mutex_);
    if (!counted_)
        TRY_VOID(count_live());
    unsigned gone = 0;
    for (const auto& segment : log_->sparse()) {
        if (collector_stops_)
            break;
        TRY(const bool rewritten, rewrite(segment));
        if (!rewritten)
            continue;
        TRY_VOID(log_->retire(segment));
        ++gone;
    }
    return gone;
}

/// Counts what index rows name, as it was at the start: changes since then count themselves.
Result<> RocksEngine::count_live()
{
    rocksdb::ReadOptions options;
    options.snapshot = count_at_;
    options.fill_cache = false;
    const std::string end(1, kIndexPrefix + 1);
    const rocksdb::Slice bound(end);
    options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> at(
        database_->db().NewIterator(options));
    std::vector<BodyPlace> places;
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
        if (collector_stops_)
            return Error(Errc::Unavailable, "the store is closing");
        TRY(const auto index, decode_body_index(at->value().ToStringView()));
        places.insert(places.end(), index.places.begin(), index.places.end());
        if (places.size() < kMaxMoves)
            continue;
        log_->count_live(places);
        places.clear();
    }
    if (!at->status().ok())
        return error_from(at->status(), "cannot count bodies");
    log_->count_live(places);
    counted_ = true;
    database_->db().ReleaseSnapshot(std::exchange(count_at_, nullptr));
    return ok();
}

/// Copies what is live in a segment to the end of the log. False: the file must stay.
///
/// A crash at any point leaves either the old place or the new one in the index row, and both
/// files are there until every index row has followed.
Result<bool> RocksEngine::rewrite(const std::shared_ptr<BodySegment>& segment)
{
    std::vector<Move> moves;
    std::vector<BodyPin> pins;
    std::size_t octets = 0;
    const auto flush = [&]() -> Result<> {
        octets = 0;
        return move(std::exchange(moves, {}), std::exchange(pins, {}));
    };
    const auto copy = [&](const BodyRecordHead& head, std::uint64_t offset,
                          std::string_view record) -> Result<> {
        if (collector_stops_)
            return Error(Errc::Unavailable, "the store is closing");
        const BodyPlace from{segment->number, static_cast<std::uint32_t>(offset),
                             static_cast<std::uint32_t>(record.size())};
        const auto key = index_key_of(head);
        TRY(const auto index, find_index({}, key));
        if (!index || !stands_at(*index, from))
            return ok();
        TRY(auto appended, log_->append(record));
        moves.push_back({key, from, appended.place});
        pins.push_back(std::move(appended.pin));
        octets += record.size();
        return octets < kMoveOctets && moves.size() < kMaxMoves ? ok() : flush();
    };
    if (segment->live > 0) {
        TRY_VOID(walk_body_segment(*segment->file, segment->end, copy, [](const BodyGap&) {}));
        TRY_VOID(flush());
    }
    // Two accounts of what is live must agree before a file goes: the count, and the index rows.
    TRY(const bool named, is_named(*segment));
    if (segment->live == 0 && !named)
        return true;
    // Something is live that could not be read: the file is all that is left of it.
    segment->damaged = true;
    log::error("store", "segment_damaged",
               {{"file", segment->path.string()}, {"octets", segment->live.load()}});
    return false;
}

/// True where an index row names any record of the segment.
Result<bool> RocksEngine::is_named(const BodySegment& segment)
{
    bool named = false;
    const auto look = [&](const BodyRecordHead& head, std::uint64_t offset,
                          std::string_view record) -> Result<> {
        if (collector_stops_)
            return Error(Errc::Unavailable, "the store is closing");
        const BodyPlace place{segment.number, static_cast<std::uint32_t>(offset),
                              static_cast<std::uint32_t>(record.size())};
        TRY(const auto index, find_index({}, index_key_of(head)));
        named = named || (index && stands_at(*index, place));
        return ok();
    };
    TRY_VOID(walk_body_segment(*segment.file, segment.end, look, [](const BodyGap&) {}));
    return named;
}

Result<> RocksEngine::move(std::vector<Move> moves, std::vector<BodyPin> pins)
{
    if (moves.empty())
        return ok();
    auto write = std::make_unique<Write>();
    write->kind = Write::Kind::Move;
    // Chunks of bodies that were written at the same time alternate in the file.
    std::ranges::stable_sort(moves, {}, &Move::key);
    write->moves = std::move(moves);
    write->pins = std::move(pins);
    auto waiter = std::make_unique<BlockedThread>();
    auto moved = waiter->result();
    write->waiter = std::move(waiter);
    enqueue(std::move(write));
    return moved.get();
}

} // namespace mailctl::store
