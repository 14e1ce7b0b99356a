// The contract between mailctl and whatever keeps its octets: RocksDB, memory, later RADOS.
//
// A partition is an ordered key space and the unit of atomicity, of order and of placement.
// Nothing is atomic across partitions. Deliberately absent, because one engine cannot do it:
// reverse scans, atomic add, empty values, other comparisons than equality, snapshots that
// outlive a call.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace mailctl::store {

inline constexpr std::size_t kMaxKeyOctets = 400;
inline constexpr std::size_t kMaxValueOctets = 64 * 1024;
inline constexpr std::size_t kMaxBatchOctets = 8 * 1024 * 1024;
inline constexpr std::size_t kMaxBatchRows = 4000;
inline constexpr std::chrono::milliseconds kMaxCommitWait{2}; ///< of a batch that may wait
inline constexpr std::size_t kBlobChunkOctets = 256 * 1024; ///< how bodies are streamed

/// A kind octet and a fixed-width id; made by the functions of store/keys.h only.
using Partition = std::string;

struct Row {
    std::string key;
    std::string value; ///< never empty
};

/// All or nothing, in one partition.
struct Batch {
    struct Expectation {
        std::string key;
        std::optional<std::string> value; ///< nullopt: the key must be absent
    };
    std::vector<Expectation> expect;
    std::vector<std::string> erase_prefix; ///< applied first
    std::vector<std::string> erase;
    std::vector<Row> put; ///< applied last
    /// Nobody hears of it until it is durable, and it may be so up to kMaxCommitWait later, so that
    /// it needs no sync of its own: one that others need serves it too.
    bool may_wait = false;
    /// Its inline bodies are likely to be erased soon: a hint.
    bool is_brief = false;
};

/// Rows whose keys start with `prefix`, ascending, strictly after `after` where it is not empty.
struct Range {
    std::string prefix;
    std::string after;
    std::uint32_t limit = 500;
};

struct Query {
    std::vector<std::string> keys;
    std::vector<Range> ranges;
};

struct Page {
    std::vector<Row> rows;
    bool more = false; ///< the limit cut it: ask again after the last key
};

/// What a read saw, all at one instant; in the order of the query.
struct Answer {
    std::vector<std::optional<std::string>> values;
    std::vector<Page> pages;
};

/// Keeps a watch alive; dropping it ends it (a call under way may still finish).
class Watch {
public:
    virtual ~Watch() = default;
};

/// A body being written. Not finished: leaves nothing that a reader can see.
/// Threads: one at a time.
class BlobWriter {
public:
    virtual ~BlobWriter() = default;
    /// Takes the next octets, any number of them. Errors: Unavailable (disk).
    virtual Awaitable<Result<>> write(std::string_view octets) = 0;
    /// Durable and readable when it returns. Errors: Unavailable.
    virtual Awaitable<Result<>> finish() = 0;
};

/// Octets a body takes, as written and on disk.
struct BlobSize {
    std::uint64_t octets = 0;
    std::uint64_t stored_octets = 0;
};

/// What an engine's files take.
struct DiskUse {
    std::uint64_t rows_octets = 0;
    std::uint64_t bodies_octets = 0;
};

/// Threads: every member may be called from any thread. A call resumes on the caller's executor.
class Engine {
public:
    virtual ~Engine() = default;

    /// Applies the batch; returns only when it is durable.
    /// Errors: Conflict (an expectation failed, nothing applied), InDoubt (re-read), Unavailable,
    /// Invalid (a limit above is passed, or a value is empty: our own bug).
    virtual Awaitable<Result<>> commit(Partition partition, Batch batch) = 0;

    /// Errors: Unavailable, Corrupt (a checksum failed).
    virtual Awaitable<Result<Answer>> read(Partition partition, Query query) = 0;

    /// Erases every row of the partition. Bodies are erased one by one.
    virtual Awaitable<Result<>> drop(Partition partition) = 0;

    /// Every partition whose name starts with `prefix`, ascending, strictly after `after`.
    /// For check, export and sweeps; never on a protocol's path.
    virtual Awaitable<Result<std::vector<Partition>>> partitions(std::string prefix, Partition after,
                                                                 std::uint32_t limit) = 0;

    // Immutable bodies, owned by one partition, zstd-compressed, checked on read. Durable before
    // the row that names them; erased after that row is gone.
    virtual std::unique_ptr<BlobWriter> blob_writer(const Partition& owner, const BlobId& id) = 0;
    /// At most `length` octets from `offset`; shorter only at the end of the body.
    /// Errors: NotFound, Corrupt, Unavailable.
    virtual Awaitable<Result<std::string>> blob_get(Partition owner, BlobId id, std::uint64_t offset,
                                                    std::uint64_t length) = 0;
    /// Errors: NotFound.
    virtual Awaitable<Result<BlobSize>> blob_size(Partition owner, BlobId id) = 0;
    /// No error where it is absent already.
    virtual Awaitable<Result<>> blob_erase(Partition owner, BlobId id) = 0;
    /// Every body of one owner, ascending, strictly after `after` (default: all), for sweeps.
    virtual Awaitable<Result<std::vector<BlobId>>> blobs(Partition owner, BlobId after,
                                                         std::uint32_t limit) = 0;

    /// Calls `changed` after commits to the partition: a hint, possibly spurious, merged or late.
    /// It runs on any thread and must not block.
    virtual std::unique_ptr<Watch> watch(const Partition& partition,
                                         std::function<void()> changed) = 0;

    /// A thread for reads that are made before somebody waits for them; empty: there is none. It ends
    /// before the engine does, with what it was given.
    virtual boost::asio::any_io_executor reader() { return {}; }

    // Upkeep, for "mailctl store"; these block, so call them off the I/O threads.
    virtual Result<DiskUse> disk_use() { return DiskUse{}; }
    /// Gives back the space of what was erased. Errors: Unavailable.
    virtual Result<> compact() { return ok(); }
    /// Reads every row's file and verifies its checksums. Errors: Corrupt, Unavailable.
    virtual Result<> verify() { return ok(); }
};

} // namespace mailctl::store
