// The engine of one machine: rows in RocksDB, large bodies in the body log beside it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "store/body_log/body_index.h"
#include "store/body_log/body_log.h"
#include "store/engine.h"
#include "store/engine/rocks_database.h"
#include "store/engine/waiter.h"
#include "store/engine/watchers.h"
#include "store/finish_writes.h"

namespace mailctl::store {

struct RocksOptions {
    std::filesystem::path directory; ///< rows/ and bodies/ are made in it
    bool read_only = false;
    std::uint64_t cache_octets = 64ULL << 20;
    std::uint64_t write_buffer_octets = 32ULL << 20;
    std::uint64_t segment_octets = 256ULL << 20;
    bool collect_in_background = true; ///< rewrite segments that are mostly dead
    rocksdb::Env* env = nullptr;       ///< nullptr: the machine's
    Disk* disk = nullptr;              ///< nullptr: the machine's
};

/// Threads: any. Reads complete inline. Writes of all callers are gathered by one committer,
/// which makes what waits durable at once: the body log first, then one synced RocksDB batch.
class RocksEngine : public Engine, public FinishesWrites {
public:
    /// Errors: Busy (another process has it open), NotFound (reading only), Corrupt, Unavailable.
    static Result<std::unique_ptr<RocksEngine>> open(const RocksOptions& options);
    /// Finishes every write that was handed in.
    ~RocksEngine() override;

    Awaitable<Result<>> commit(Partition partition, Batch batch) override;
    Awaitable<Result<Answer>> read(Partition partition, Query query) override;
    Awaitable<Result<>> drop(Partition partition) override;
    Awaitable<Result<std::vector<Partition>>> partitions(std::string prefix, Partition after,
                                                         std::uint32_t limit) override;
    std::unique_ptr<BlobWriter> blob_writer(const Partition& owner, const BlobId& id) override;
    Awaitable<Result<std::string>> blob_get(Partition owner, BlobId id, std::uint64_t offset,
                                            std::uint64_t length) override;
    Awaitable<Result<BlobSize>> blob_size(Partition owner, BlobId id) override;
    Awaitable<Result<>> blob_erase(Partition owner, BlobId id) override;
    Awaitable<Result<std::vector<BlobId>>> blobs(Partition owner, BlobId after,
                                                 std::uint32_t limit) override;
    std::unique_ptr<Watch> watch(const Partition& partition,
                                 std::function<void()> changed) override;
    boost::asio::any_io_executor reader() override;
    Result<DiskUse> disk_use() override;
    Result<> compact() override;
    Result<> verify() override;
    void finish_writes() override;

    /// Rewrites every segment of which less than half is live; gives how many files went.
    /// Blocks; the background does the same after erasures.
    Result<unsigned> collect();

private:
    friend class RocksBlobWriter;
    template <class Queue, class Work>
    friend struct detail::Enqueue;

    /// An index row that is to follow its records to new places.
    struct Move {
        std::string key;
        BodyPlace from, to;
    };
    /// A value of the batch that went to the body log.
    struct Diverted {
        std::string key;
        BodyIndex index;
    };
    /// One caller's change.
    struct Write {
        enum class Kind { Commit, Drop, PutBody, EraseBody, Move } kind = Kind::Commit;
        Partition partition;
        Batch batch;
        std::vector<Diverted> diverted;
        BlobId blob;
        BodyIndex index;
        std::vector<Move> moves;
        std::vector<BodyPin> pins;
        std::unique_ptr<Waiter> waiter;
        Result<> result;

        bool may_wait() const { return kind == Kind::Commit && batch.may_wait; }
    };
    /// What one group has put together.
    struct Group;

    RocksEngine(RocksOptions options, std::unique_ptr<RocksDatabase> database,
                std::unique_ptr<BodyLog> log);
    void start();

    // rocks_commit.cc
    void enqueue(std::unique_ptr<Write> write);
    Awaitable<Result<>> submit(std::unique_ptr<Write> write);
    Result<> divert_bodies(Write& write);
    void run_committer();
    std::vector<std::unique_ptr<Write>> take_group();
    void commit_group(std::vector<std::unique_ptr<Write>>& writes);
    Result<> add(Group& group, Write& write);
    Result<> add_commit(Group& group, Write& write);
    Result<> add_moves(Group& group, const Write& write);
    Result<> check(const Partition& partition, const Batch::Expectation& expectation);
    Result<> put_index(Group& group, const std::string& key, const BodyIndex& index);
    Result<> erase_index(Group& group, const std::string& key);
    Result<> erase_rows(Group& group, const std::string& prefix);
    Result<> erase_indexes(Group& group, const std::string& prefix);

    // rocks_read.cc
    Result<Answer> try_read(std::string_view partition, const Query& query);
    Result<std::optional<std::string>> get_row(const rocksdb::ReadOptions& options,
                                               std::string_view partition, std::string_view key);
    Result<Page> get_range(const rocksdb::ReadOptions& options, std::string_view partition,
                           const Range& range);
    Result<std::string> logged_value(const rocksdb::ReadOptions& options,
                                     std::string_view partition, std::string_view key,
                                     std::string_view stored);

    // rocks_bodies.cc
    Result<std::optional<BodyIndex>> find_index(const rocksdb::ReadOptions& options,
                                                const std::string& key);
    Result<std::string> read_body(const BodyIndex& index, const Partition& owner,
                                  const BlobId& id, std::uint64_t offset, std::uint64_t length);
    Result<> read_chunk(const BodyPlace& place, std::string_view owner, const BlobId& id,
                        std::uint32_t chunk, std::string& out,
                        std::size_t most = std::string_view::npos);

    // rocks_collect.cc
    void run_collector();
    Result<> count_live();
    Result<bool> rewrite(const std::shared_ptr<BodySegment>& segment);
    Result<bool> is_named(const BodySegment& segment);
    Result<> move(std::vector<Move> moves, std::vector<BodyPin> pins);

    const RocksOptions options_;
    std::unique_ptr<RocksDatabase> database_;
    std::unique_ptr<BodyLog> log_;
    Watchers watchers_;

    std::mutex queue_mutex_; ///< of the six below
    std::condition_variable queue_filled_;
    std::condition_variable all_written_; ///< the queue is empty, and nothing is on its way
    std::deque<std::unique_ptr<Write>> queue_;
    std::size_t urgent_ = 0; ///< of the queue: those that may not wait
    bool stopping_ = false;
    bool is_writing_ = false; ///< what was taken from the queue

    std::mutex collect_mutex_; ///< one collection at a time
    bool counted_ = false;     ///< live octets are known
    const rocksdb::Snapshot* count_at_ = nullptr;
    std::mutex wake_mutex_;    ///< of the two below
    std::condition_variable wake_collector_;
    bool collector_wanted_ = true;
    std::atomic<bool> collector_stops_{false};

    std::thread committer_;
    std::thread collector_;
    std::once_flag reader_begun_; // most programs that open a store have no use for it
    std::unique_ptr<boost::asio::thread_pool> reader_;
};

} // namespace mailctl::store
