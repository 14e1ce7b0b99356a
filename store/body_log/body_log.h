// The body log: append-only segment files that hold every large body once.
//
// A record is appended by the thread that has it and made durable by sync(), which the committer
// calls once for all that wait. Which records are live is told by index rows in RocksDB, not here;
// the log only counts their octets, so that segments which are mostly dead can be rewritten.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "store/body_log/body_record.h"
#include "store/body_log/disk.h"

namespace mailctl::store {

/// Where a record is.
struct BodyPlace {
    std::uint32_t segment = 0;
    std::uint32_t offset = 0;
    std::uint32_t octets = 0; ///< the whole record
    bool operator==(const BodyPlace&) const = default;
};

/// One file of the log.
class BodySegment {
public:
    BodySegment(std::uint32_t its_number, std::filesystem::path its_path,
                std::unique_ptr<DiskFile> its_file)
        : number(its_number), path(std::move(its_path)), file(std::move(its_file))
    {
    }
    const std::uint32_t number;
    const std::filesystem::path path;
    const std::unique_ptr<DiskFile> file;
    std::atomic<std::uint64_t> end{0};  ///< where the next record goes
    std::atomic<std::int64_t> live{0};  ///< octets of records that index rows name
    std::atomic<std::uint64_t> written_back{0};
    std::atomic<int> pins{0};           ///< records whose index rows are not committed yet
    std::atomic<bool> failed{false};    ///< a sync failed: nothing unsynced in it can be trusted
    std::atomic<bool> damaged{false};   ///< never rewritten: something in it cannot be read
};

/// Keeps a segment from being rewritten while a record in it waits for its index row.
class BodyPin {
public:
    BodyPin() = default;
    explicit BodyPin(std::shared_ptr<BodySegment> segment) : segment_(std::move(segment))
    {
        ++segment_->pins;
    }
    BodyPin(BodyPin&& other) noexcept = default;
    BodyPin& operator=(BodyPin&& other) noexcept
    {
        std::swap(segment_, other.segment_);
        return *this;
    }
    ~BodyPin()
    {
        if (segment_)
            --segment_->pins;
    }
    bool failed() const { return segment_ && segment_->failed; }

private:
    std::shared_ptr<BodySegment> segment_;
};

/// A record that was written and is not yet durable.
struct AppendedBody {
    BodyPlace place;
    BodyPin pin;
};

/// Threads: any.
class BodyLog {
public:
    struct Options {
        std::filesystem::path folder;
        Disk* disk = nullptr;
        bool read_only = false;
        std::uint64_t segment_octets = 256ULL << 20;
    };
    /// Errors: Unavailable, Denied.
    static Result<std::unique_ptr<BodyLog>> open(Options options);
    /// Gives the unused end of the last segment back.
    ~BodyLog();

    /// Writes a record; it is durable after the next sync(). Errors: Unavailable.
    Result<AppendedBody> append(std::string_view record);
    /// Makes durable every record whose append() returned before. Errors: Unavailable; the
    /// segments that failed are marked and take no more records.
    Result<> sync();

    /// Starts writing out what was appended since the last time: a later sync waits less.
    void write_back();

    /// Reads a record, unchecked. Errors: NotFound (its segment is gone: look the place up
    /// again), Unavailable.
    Result<std::string> read(const BodyPlace& place) const;

    void count_live(const BodyPlace& place, bool live);
    void count_live(const std::vector<BodyPlace>& places);

    /// Complete segments of which less than half is live and nobody waits for, emptiest first.
    std::vector<std::shared_ptr<BodySegment>> sparse() const;
    /// Takes a segment out of the log and removes its file; reads under way still finish.
    Result<> retire(const std::shared_ptr<BodySegment>& segment);

    std::vector<std::shared_ptr<BodySegment>> segments() const;

private:
    explicit BodyLog(Options options) : options_(std::move(options)) {}
    Result<> load();
    Result<AppendedBody> reserve(std::size_t octets);
    Result<> roll();
    std::shared_ptr<BodySegment> find(std::uint32_t number) const;
    void mark_dirty(const std::shared_ptr<BodySegment>& segment);

    const Options options_;
    mutable std::mutex mutex_; ///< of the members below
    std::map<std::uint32_t, std::shared_ptr<BodySegment>> segments_;
    std::shared_ptr<BodySegment> active_;
    std::uint64_t allocated_ = 0; ///< of the active segment
    std::uint32_t next_number_ = 1;
    std::vector<std::shared_ptr<BodySegment>> dirty_;
};

/// The name of a segment's file, "00000012.log", and the number of one; 0: not such a name.
std::string body_segment_name(std::uint32_t number);
std::uint32_t body_segment_number(std::string_view name);

/// A stretch of a segment that holds no readable record.
struct BodyGap {
    std::uint64_t offset = 0;
    std::uint64_t octets = 0;
    bool zeros = false; ///< never written, as after a crash: no damage
};

/// Walks a segment's file from its start, past damage. Both are called in file order.
/// Errors: Unavailable (the file cannot be read).
Result<> walk_body_segment(
    DiskFile& file, std::uint64_t end,
    const std::function<Result<>(const BodyRecordHead&, std::uint64_t offset,
                                 std::string_view record)>& on_record,
    const std::function<void(const BodyGap&)>& on_gap);

} // namespace mailctl::store
