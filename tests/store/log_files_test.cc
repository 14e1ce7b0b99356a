// RocksDB's log over octets that are there already: what a reader, a crash and a full disk see of it.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

#include <rocksdb/db.h>
#include <rocksdb/file_system.h>

#include "store/engine/log_files.h"
#include "tests/store/folder.h"

using namespace mailctl;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

namespace {

std::string contents(const std::filesystem::path& path)
{
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

/// Files whose zeros have no room: as on a disk that is full.
class NoRoomForZeros : public rocksdb::FileSystemWrapper {
public:
    using FileSystemWrapper::FileSystemWrapper;
    const char* Name() const override { return "NoRoomForZeros"; }
    IOStatus NewRandomRWFile(const std::string& path, const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                             IODebugContext* debug) override
    {
        auto opened = FileSystemWrapper::NewRandomRWFile(path, options, file, debug);
        if (opened.ok())
            *file = std::make_unique<File>(std::move(*file));
        return opened;
    }

private:
    class File : public rocksdb::FSRandomRWFileOwnerWrapper {
    public:
        using FSRandomRWFileOwnerWrapper::FSRandomRWFileOwnerWrapper;
        IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options,
                       IODebugContext* debug) override
        {
            if (data.size() == store::kLogAheadOctets)
                return IOStatus::NoSpace("full");
            return FSRandomRWFileOwnerWrapper::Write(offset, data, options, debug);
        }
    };
};

struct Fixture {
    std::unique_ptr<FSWritableFile> open(rocksdb::Env& over, const std::string& name)
    {
        std::unique_ptr<FSWritableFile> file;
        const auto opened =
            over.GetFileSystem()->NewWritableFile((folder.path() / name).string(), {}, &file, nullptr);
        BOOST_REQUIRE_MESSAGE(opened.ok(), opened.ToString());
        return file;
    }
    void append(FSWritableFile& file, const std::string& octets)
    {
        BOOST_TEST(file.Append(octets, {}, nullptr).ok());
        BOOST_TEST(file.Sync({}, nullptr).ok());
    }
    std::uint64_t size(const std::string& name)
    {
        return std::filesystem::file_size(folder.path() / name);
    }

    tests::Folder folder;
    std::unique_ptr<rocksdb::Env> env = store::env_with_ready_logs(*rocksdb::Env::Default());
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(log_files, Fixture)

BOOST_AUTO_TEST_CASE(zeros_follow_the_last_record_until_the_log_is_closed)
{
    const auto log = open(*env, "000001.log");
    append(*log, "one");
    append(*log, "two");
    BOOST_TEST(log->GetFileSize({}, nullptr) == 6U);
    BOOST_TEST(size("000001.log") == 3 + store::kLogAheadOctets);
    const auto whole = contents(folder.path() / "000001.log");
    BOOST_TEST(whole.starts_with("onetwo"));
    BOOST_TEST(std::ranges::count(whole, '\0') == static_cast<std::ptrdiff_t>(whole.size() - 6));
    BOOST_TEST(log->Close({}, nullptr).ok());
    BOOST_TEST(contents(folder.path() / "000001.log") == "onetwo");
}

BOOST_AUTO_TEST_CASE(what_is_ready_is_used_before_there_is_more)
{
    const auto log = open(*env, "000001.log");
    std::string all;
    const std::string record(store::kSmallLogWrite, 'r');
    const auto ready = store::kSmallLogWrite + store::kLogAheadOctets;
    while (all.size() + record.size() <= ready) {
        append(*log, record);
        all += record;
        BOOST_TEST(size("000001.log") == ready);
    }
    append(*log, "x");
    BOOST_TEST(size("000001.log") == all.size() + 1 + store::kLogAheadOctets);
    BOOST_TEST(log->Close({}, nullptr).ok());
    BOOST_TEST((contents(folder.path() / "000001.log") == all + "x"));
}

BOOST_AUTO_TEST_CASE(a_large_write_readies_nothing)
{
    const auto log = open(*env, "000001.log");
    append(*log, std::string(store::kSmallLogWrite + 1, 'r'));
    BOOST_TEST(size("000001.log") == store::kSmallLogWrite + 1);
    append(*log, std::string(store::kSmallLogWrite, 'r'));
    BOOST_TEST(size("000001.log") == 2 * store::kSmallLogWrite + 1 + store::kLogAheadOctets);
}

BOOST_AUTO_TEST_CASE(other_files_have_what_was_written_only)
{
    const auto table = open(*env, "000002.sst");
    append(*table, "rows");
    BOOST_TEST(size("000002.sst") == 4U);
}

BOOST_AUTO_TEST_CASE(a_full_disk_has_room_for_records_still)
{
    const auto full = rocksdb::NewCompositeEnv(
        std::make_shared<NoRoomForZeros>(rocksdb::FileSystem::Default()));
    const auto over_full = store::env_with_ready_logs(*full);
    const auto log = open(*over_full, "000001.log");
    append(*log, "one");
    append(*log, "two");
    BOOST_TEST(size("000001.log") == 6U);
    BOOST_TEST(log->Close({}, nullptr).ok());
    BOOST_TEST(contents(folder.path() / "000001.log") == "onetwo");
}

/// The log as a crash leaves it: never closed. Copied, since one process opens a database once.
BOOST_AUTO_TEST_CASE(a_log_that_was_not_closed_is_read_to_its_last_record)
{
    rocksdb::Options options;
    options.env = env.get();
    options.create_if_missing = true;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const auto at = [&](const char* name) { return (folder.path() / name).string(); };
    rocksdb::DB* opened = nullptr;
    BOOST_REQUIRE(rocksdb::DB::Open(options, at("db"), &opened).ok());
    std::unique_ptr<rocksdb::DB> db(opened);
    for (const char* key : {"a", "b", "c"})
        BOOST_TEST(db->Put(durable, key, std::string(20'000, *key)).ok());
    std::filesystem::copy(at("db"), at("copy"));
    for (int times = 0; times < 2; ++times) { // its new log is left the same way
        BOOST_REQUIRE(rocksdb::DB::Open(options, at("copy"), &opened).ok());
        const std::unique_ptr<rocksdb::DB> copy(opened);
        for (const char* key : {"a", "b", "c"}) {
            std::string value;
            BOOST_TEST(copy->Get({}, key, &value).ok());
            BOOST_TEST((value == std::string(20'000, *key)));
        }
        BOOST_TEST(copy->Put(durable, "d", "last").ok());
    }
}

BOOST_AUTO_TEST_SUITE_END()
