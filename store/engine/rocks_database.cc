// Opening RocksDB with the options of a mail store.
#include "store/engine/rocks_database.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <array>
#include <cstdarg>
#include <cstdio>

#include "core/base/ascii.h"
#include "core/base/log.h"
#include "store/engine/log_files.h"

namespace mailctl::store {
namespace {

/// Passes RocksDB's warnings on to our log; it writes no LOG file of its own.
class RocksLog : public rocksdb::Logger {
public:
    RocksLog() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}
    using rocksdb::Logger::Logv;
    void Logv(const char* format, va_list arguments) override
    {
        std::array<char, 512> line{};
        std::vsnprintf(line.data(), line.size(), format, arguments);
        log::warn("store", "rocksdb", {{"says", ascii::trim(line.data())}});
    }
};

rocksdb::DBOptions database_options()
{
    rocksdb::DBOptions db;
    db.create_if_missing = true;
    db.paranoid_checks = true;
    db.info_log = std::make_shared<RocksLog>();
    db.max_background_jobs = 2;
    // One committer writes: what concurrent writers need only costs it time.
    db.allow_concurrent_memtable_write = false;
    db.enable_write_thread_adaptive_yield = false;
    // Opening after a crash replays at most this much.
    db.max_total_wal_size = 64ULL << 20;
    db.avoid_flush_during_recovery = true;
    // A power cut may leave the last, unacknowledged group in pieces; what comes before it stands.
    db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    db.bytes_per_sync = 1 << 20;
    db.max_open_files = 512;
    db.max_file_opening_threads = 2; // each is started even where there is nothing to open
    db.skip_stats_update_on_db_open = true;
    db.skip_checking_sst_file_sizes_on_db_open = true;
    db.stats_dump_period_sec = 0;
    db.stats_persist_period_sec = 0;
    db.max_manifest_file_size = 16ULL << 20;
    return db;
}

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& cache,
                                            std::uint64_t write_buffer_octets)
{
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.block_size = 16 * 1024;
    table.format_version = 5;
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.cache_index_and_filter_blocks = true;
    table.cache_index_and_filter_blocks_with_high_priority = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    rocksdb::ColumnFamilyOptions family;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    family.write_buffer_size = write_buffer_octets;
    family.max_write_buffer_number = 3;
    family.memtable_prefix_bloom_size_ratio = 0.02; // most keys that are sought are not in it
    family.memtable_whole_key_filtering = true;
    family.level_compaction_dynamic_level_bytes = true;
    family.compression = rocksdb::kLZ4Compression;
    family.bottommost_compression = rocksdb::kZSTD;
    family.bottommost_compression_opts.enabled = true;
    family.bottommost_compression_opts.level = 1;
    return family;
}

} // namespace

Error error_from(const rocksdb::Status& status, std::string_view doing)
{
    Errc code = Errc::Unavailable;
    if (status.IsCorruption())
        code = Errc::Corrupt;
    else if (status.IsNotFound())
        code = Errc::NotFound;
    else if (status.IsBusy() || status.IsTryAgain() || status.IsTimedOut())
        code = Errc::Busy;
    std::string text = status.ToString();
    // "IO error: While lock file: DIR/LOCK: Resource temporarily unavailable"
    if (status.IsIOError() && text.find("/LOCK:") != std::string::npos) {
        code = Errc::Busy;
        text = "the store is open in another process (" + text + ")";
    }
    return Error(code, std::string(doing) + ": " + text);
}

Result<std::unique_ptr<RocksDatabase>> RocksDatabase::open(const DatabaseOptions& options)
{
    const auto cache = rocksdb::NewLRUCache(options.cache_octets, 4);
    rocksdb::Options all(database_options(), family_options(cache, options.write_buffer_octets));
    const std::string folder = options.folder.string();

    std::unique_ptr<RocksDatabase> database(new RocksDatabase);
    database->env_ = env_with_ready_logs(options.env ? *options.env : *rocksdb::Env::Default());
    all.env = database->env_.get();
    rocksdb::DB* db = nullptr;
    if (options.read_only && !all.env->FileExists(folder + "/CURRENT").ok())
        return Error(Errc::NotFound, "no store in " + folder);
    const auto opened = options.read_only ? rocksdb::DB::OpenForReadOnly(all, folder, &db)
                                          : rocksdb::DB::Open(all, folder, &db);
    if (!opened.ok())
        return error_from(opened, "cannot open " + folder);
    database->db_.reset(db);
    return database;
}

RocksDatabase::~RocksDatabase()
{
    if (!db_)
        return;
    const auto closed = db_->Close();
    if (!closed.ok() && !closed.IsNotSupported())
        log::warn("store", "close_failed", {{"why", closed.ToString()}});
}

} // namespace mailctl::store
