// Disks that forget, at a power cut, whatever was not synced: one for RocksDB, one for bodies.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "store/body_log/disk.h"

namespace mailctl::tests {

/// What both disks share: whether the power is on, and what each file would lose.
class Power {
public:
    /// From now on every write and sync fails.
    void cut();
    bool is_on() const { return on_; }
    /// Takes from the files what was not synced; a random part of it stays, as on a real disk.
    void lose_unsynced(Random& random);

    // Called by the files.
    void appended(const std::string& path, std::uint64_t length);
    void opened_to_grow(const std::string& path); ///< it is written in places, and may lose its end
    void written(const std::string& path, std::uint64_t offset, std::uint64_t octets);
    std::uint64_t begin_sync(const std::string& path);
    bool end_sync(const std::string& path, std::uint64_t mark);
    void renamed(const std::string& from, const std::string& to);
    void removed(const std::string& path);

private:
    /// One write that a sync has not covered, by its number.
    struct Unsynced {
        std::uint64_t number = 0, offset = 0, octets = 0;
    };
    struct File {
        bool appends = false; ///< only
        bool grows = false;   ///< written in places
        std::uint64_t length = 0, synced_length = 0; ///< of a file that appends or grows
        std::vector<Unsynced> unsynced;              ///< of one that is written in places
    };

    std::atomic<bool> on_{true};
    std::mutex mutex_;
    std::uint64_t next_number_ = 1;
    std::map<std::string, File> files_;
};

/// RocksDB's file system over `power`. Owns nothing of `power`, which must outlive it.
std::unique_ptr<rocksdb::Env> lossy_env(Power& power);

/// The body log's files over `power`.
std::unique_ptr<store::Disk> lossy_disk(Power& power);

} // namespace mailctl::tests
