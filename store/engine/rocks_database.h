// The RocksDB database of a store: its options and its keys.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/status.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "store/engine.h"

namespace mailctl::store {

/// A RocksDB status as our error; the only place where that is done.
Error error_from(const rocksdb::Status& status, std::string_view doing);

struct DatabaseOptions {
    std::filesystem::path folder;
    bool read_only = false;
    std::uint64_t cache_octets = 64ULL << 20;
    std::uint64_t write_buffer_octets = 32ULL << 20;
    rocksdb::Env* env = nullptr; ///< nullptr: the machine's
};

/// An open database; closed when it goes.
class RocksDatabase {
public:
    /// Errors: Busy (another process has it open), NotFound (reading only, and none is there),
    /// Corrupt, Unavailable.
    static Result<std::unique_ptr<RocksDatabase>> open(const DatabaseOptions& options);
    ~RocksDatabase();
    RocksDatabase(const RocksDatabase&) = delete;
    RocksDatabase& operator=(const RocksDatabase&) = delete;

    rocksdb::DB& db() { return *db_; }

private:
    RocksDatabase() = default;
    std::unique_ptr<rocksdb::Env> env_; ///< of db_
    std::unique_ptr<rocksdb::DB> db_;
};

// A row's key: one octet of length, the partition's name, then the key in the partition. Index
// rows of bodies: a zero octet, then the same, where the key in the partition is 'b' and a blob id,
// or the key of an inline body's row. DO NOT CHANGE: on disk since 0.1

inline std::string row_key(std::string_view partition, std::string_view key)
{
    std::string full;
    full.reserve(1 + partition.size() + key.size());
    full += static_cast<char>(partition.size());
    full += partition;
    full += key;
    return full;
}

inline constexpr char kIndexPrefix = '\0';
inline std::string index_key(std::string_view partition, std::string_view key)
{
    std::string full(1, kIndexPrefix);
    full += row_key(partition, key);
    return full;
}

inline constexpr char kBlobPrefix = 'b';
inline std::string blob_key(std::string_view partition, const BlobId& id)
{
    std::string full = index_key(partition, {&kBlobPrefix, 1});
    full += id.view();
    return full;
}

// Values of inline bodies' rows carry one octet before them. DO NOT CHANGE: on disk since 0.1
inline constexpr char kValueHere = 0;    ///< the value follows
/// Its index row tells where; where it was at first may follow, which saves looking there.
inline constexpr char kValueInLog = 1;
/// Longer values of such rows go to the body log.
inline constexpr std::size_t kLogValueOctets = 4096;
/// But those of a batch that is brief, up to this, stay in their rows: most are gone before a flush, and
/// one sync less is what their sender waits for.
inline constexpr std::size_t kBriefValueOctets = 48 * 1024;

} // namespace mailctl::store
