// The engine without a disk: for what ends with its session, and for tests, with power cuts and failures on demand.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "store/engine.h"
#include "store/engine/waiter.h"
#include "store/engine/watchers.h"

namespace mailctl::store {

/// What outlives a MemoryEngine, as a disk outlives a process.
struct MemoryDisk {
    std::mutex mutex;
    std::map<Partition, std::map<std::string, std::string>> rows;
    std::map<std::pair<Partition, BlobId>, std::string> blobs;
};

/// Completes inline unless writes are held. Threads: any.
class MemoryEngine : public Engine {
public:
    MemoryEngine();
    /// A second engine on the same disk is the store after a restart.
    explicit MemoryEngine(std::shared_ptr<MemoryDisk> disk);
    ~MemoryEngine() override;

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

    std::shared_ptr<MemoryDisk> disk() const { return disk_; }

    // Power cuts --------------------------------------------------------------------------------
    /// From now on writes (commit, drop, blob finish and erase) wait, unseen by reads.
    void hold();
    /// Makes the waiting writes durable, in their order; gives how many. Holding goes on.
    std::size_t flush();
    /// flush(), and writes complete at once again.
    void release();
    /// The power is cut: every waiting write is forgotten and its caller told InDoubt.
    std::size_t lose_unsynced();
    /// How many writes wait.
    std::size_t waiting() const;

    // Failures ------------------------------------------------------------------------------------
    enum class Applied { No, Yes }; ///< whether a failing write takes effect all the same
    /// The `nth` write from now (1: the next) fails with `code`.
    void fail_write(unsigned nth, Errc code, Applied applied = Applied::No);
    /// The `nth` read from now (rows, partitions or blobs) fails with `code`.
    void fail_read(unsigned nth, Errc code);
    /// Writes and reads so far: what to count up to when every one is to fail once.
    unsigned writes() const;
    unsigned reads() const;

private:
    friend class MemoryBlobWriter;
    template <class Queue, class Work>
    friend struct detail::Enqueue;

    /// One change of the disk, waiting or not.
    struct Write {
        enum class Kind { Commit, Drop, PutBlob, EraseBlob } kind = Kind::Commit;
        Partition partition;
        Batch batch;
        BlobId blob;
        std::string body;
        std::unique_ptr<Waiter> waiter;
    };
    struct Failure {
        unsigned at = 0; ///< 0: none
        Errc code = Errc::Unavailable;
        Applied applied = Applied::No;
    };

    void enqueue(std::unique_ptr<Write> write);
    Awaitable<Result<>> write(std::unique_ptr<Write> write);
    Result<> perform(Write& write);
    Result<> apply(Write& write);
    Result<> apply_commit(const Partition& partition, Batch& batch);
    Result<> begin_read();

    std::shared_ptr<MemoryDisk> disk_;
    Watchers watchers_;
    mutable std::mutex mutex_; ///< of the members below; taken before the disk's
    bool holding_ = false;
    std::deque<std::unique_ptr<Write>> held_;
    unsigned writes_ = 0;
    unsigned reads_ = 0;
    Failure write_failure_;
    Failure read_failure_;
};

} // namespace mailctl::store
