// Opening, closing and upkeep of the RocksDB engine.
#include "store/engine/rocks_engine.h"

#include <rocksdb/options.h>

#include <utility>

namespace mailctl::store {

Result<std::unique_ptr<RocksEngine>> RocksEngine::open(const RocksOptions& options)
{
    RocksOptions chosen = options;
    if (!chosen.disk)
        chosen.disk = &system_disk();
    if (!chosen.read_only)
        TRY_VOID(chosen.disk->make_folder(chosen.directory / "rows"));
    DatabaseOptions rows;
    rows.folder = chosen.directory / "rows";
    rows.read_only = chosen.read_only;
    rows.cache_octets = chosen.cache_octets;
    rows.write_buffer_octets = chosen.write_buffer_octets;
    rows.env = chosen.env;
    TRY(auto database, RocksDatabase::open(rows));
    BodyLog::Options bodies;
    bodies.folder = chosen.directory / "bodies";
    bodies.disk = chosen.disk;
    bodies.read_only = chosen.read_only;
    bodies.segment_octets = chosen.segment_octets;
    TRY(auto log, BodyLog::open(std::move(bodies)));
    std::unique_ptr<RocksEngine> engine(
        new RocksEngine(std::move(chosen), std::move(database), std::move(log)));
    engine->start();
    return engine;
}

RocksEngine::RocksEngine(RocksOptions options, std::unique_ptr<RocksDatabase> database,
                         std::unique_ptr<BodyLog> log)
    : options_(std::move(options)), database_(std::move(database)), log_(std::move(log))
{
}

void RocksEngine::start()
{
    if (options_.read_only)
        return;
    count_at_ = database_->db().GetSnapshot();
    committer_ = std::thread(&RocksEngine::run_committer, this);
    if (options_.collect_in_background)
        collector_ = std::thread(&RocksEngine::run_collector, this);
}

RocksEngine::~RocksEngine()
{
    if (reader_)
        reader_->join();
    {
        const std::lock_guard lock(wake_mutex_);
        collector_stops_ = true;
    }
    wake_collector_.notify_all();
    if (collector_.joinable())
        collector_.join();
    {
        const std::lock_guard lock(queue_mutex_);
        stopping_ = true;
    }
    queue_filled_.notify_all();
    if (committer_.joinable())
        committer_.join();
    if (count_at_)
        database_->db().ReleaseSnapshot(count_at_);
}

boost::asio::any_io_executor RocksEngine::reader()
{
    std::call_once(reader_begun_, [this] { reader_ = std::make_unique<boost::asio::thread_pool>(1); });
    return reader_->get_executor();
}

std::unique_ptr<Watch> RocksEngine::watch(const Partition& partition,
                                          std::function<void()> changed)
{
    return watchers_.add(partition, std::move(changed));
}

Result<DiskUse> RocksEngine::disk_use()
{
    DiskUse use;
    database_->db().GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &use.rows_octets);
    rocksdb::VectorLogPtr logs;
    if (database_->db().GetSortedWalFiles(logs).ok())
        for (const auto& file : logs)
            use.rows_octets += file->SizeFileBytes();
    for (const auto& segment : log_->segments())
        use.bodies_octets += segment->end;
    return use;
}

Result<> RocksEngine::compact()
{
    if (options_.read_only)
        return Error(Errc::Denied, "the store is open for reading only");
    const auto compacted = database_->db().CompactRange({}, nullptr, nullptr);
    if (!compacted.ok())
        return error_from(compacted, "cannot compact");
    TRY_VOID(collect());
    return ok();
}

Result<> RocksEngine::verify()
{
    const auto verified = database_->db().VerifyChecksum();
    if (!verified.ok())
        return error_from(verified, "cannot verify rows");
    return ok();
}

} // namespace mailctl::store
