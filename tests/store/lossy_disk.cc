// Keeping account of what a power cut would take.
#include "tests/store/lossy_disk.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace mailctl::tests {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus no_power()
{
    return IOStatus::IOError("the power is cut");
}

/// `sync`, where the power is on until it has ended.
template <class Sync>
IOStatus synced(Power& power, const std::string& path, Sync sync)
{
    if (!power.is_on())
        return no_power();
    const auto mark = power.begin_sync(path);
    auto status = sync();
    return !status.ok() || power.end_sync(path, mark) ? status : no_power();
}

class LossyRocksFile : public rocksdb::FSWritableFileOwnerWrapper {
public:
    LossyRocksFile(Power& power, std::string path, std::unique_ptr<FSWritableFile> file)
        : FSWritableFileOwnerWrapper(std::move(file)), power_(power), path_(std::move(path))
    {
        power_.appended(path_, 0);
    }
    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override
    {
        if (!power_.is_on())
            return no_power();
        auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
        length_ += data.size();
        power_.appended(path_, length_);
        return status;
    }
    IOStatus Append(const Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo&, IODebugContext* debug) override
    {
        return Append(data, options, debug);
    }
    IOStatus Sync(const IOOptions& options, IODebugContext* debug) override
    {
        return synced(power_, path_, [&] { return FSWritableFileOwnerWrapper::Sync(options, debug); });
    }
    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override
    {
        return Sync(options, debug);
    }

private:
    Power& power_;
    std::string path_;
    std::uint64_t length_ = 0;
};

class LossyRandomFile : public rocksdb::FSRandomRWFileOwnerWrapper {
public:
    LossyRandomFile(Power& power, std::string path, std::unique_ptr<rocksdb::FSRandomRWFile> file)
        : FSRandomRWFileOwnerWrapper(std::move(file)), power_(power), path_(std::move(path))
    {
        power_.opened_to_grow(path_);
    }
    IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options,
                   IODebugContext* debug) override
    {
        if (!power_.is_on())
            return no_power();
        power_.written(path_, offset, data.size());
        return FSRandomRWFileOwnerWrapper::Write(offset, data, options, debug);
    }
    IOStatus Sync(const IOOptions& options, IODebugContext* debug) override
    {
        return synced(power_, path_, [&] { return FSRandomRWFileOwnerWrapper::Sync(options, debug); });
    }
    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override
    {
        return Sync(options, debug);
    }

private:
    Power& power_;
    std::string path_;
};

class LossyFileSystem : public rocksdb::FileSystemWrapper {
public:
    explicit LossyFileSystem(Power& power)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), power_(power)
    {
    }
    const char* Name() const override { return "LossyFileSystem"; }
    IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override
    {
        if (!power_.is_on())
            return no_power();
        auto status = FileSystemWrapper::NewWritableFile(path, options, file, debug);
        if (status.ok())
            *file = std::make_unique<LossyRocksFile>(power_, path, std::move(*file));
        return status;
    }
    IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                                std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override
    {
        if (!power_.is_on())
            return no_power();
        return FileSystemWrapper::ReopenWritableFile(path, options, file, debug);
    }
    IOStatus NewRandomRWFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                             IODebugContext* debug) override
    {
        if (!power_.is_on())
            return no_power();
        auto status = FileSystemWrapper::NewRandomRWFile(path, options, file, debug);
        if (status.ok())
            *file = std::make_unique<LossyRandomFile>(power_, path, std::move(*file));
        return status;
    }
    IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                        IODebugContext* debug) override
    {
        if (!power_.is_on())
            return no_power();
        auto status = FileSystemWrapper::RenameFile(from, to, options, debug);
        if (status.ok())
            power_.renamed(from, to);
        return status;
    }
    IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                        IODebugContext* debug) override
    {
        if (!power_.is_on())
            return no_power();
        power_.removed(path);
        return FileSystemWrapper::DeleteFile(path, options, debug);
    }

private:
    Power& power_;
};

class LossyBodyFile : public store::DiskFile {
public:
    LossyBodyFile(Power& power, std::string path, std::unique_ptr<store::DiskFile> file)
        : power_(power), path_(std::move(path)), file_(std::move(file))
    {
    }
    Result<> write_at(std::uint64_t offset, std::string_view octets) override
    {
        if (!power_.is_on())
            return off();
        power_.written(path_, offset, octets.size());
        return file_->write_at(offset, octets);
    }
    Result<> read_at(std::uint64_t offset, std::size_t octets, std::string& out) override
    {
        return file_->read_at(offset, octets, out);
    }
    Result<> sync() override
    {
        const auto mark = power_.begin_sync(path_);
        TRY_VOID(file_->sync());
        return power_.end_sync(path_, mark) ? ok() : off();
    }
    void write_back(std::uint64_t, std::uint64_t) override {}
    Result<> allocate(std::uint64_t size) override { return file_->allocate(size); }
    Result<> truncate(std::uint64_t size) override
    {
        return power_.is_on() ? file_->truncate(size) : off();
    }
    Result<std::uint64_t> size() override { return file_->size(); }
    Result<std::uint64_t> end_of_data() override { return file_->end_of_data(); }

private:
    static Result<> off() { return Error(Errc::Unavailable, "the power is cut"); }

    Power& power_;
    std::string path_;
    std::unique_ptr<store::DiskFile> file_;
};

class LossyDisk : public store::Disk {
public:
    explicit LossyDisk(Power& power) : power_(power) {}
    Result<std::unique_ptr<store::DiskFile>> open(const std::filesystem::path& path,
                                                  Access access) override
    {
        if (!power_.is_on())
            return Error(Errc::Unavailable, "the power is cut");
        TRY(auto file, store::system_disk().open(path, access));
        std::unique_ptr<store::DiskFile> lossy =
            std::make_unique<LossyBodyFile>(power_, path.string(), std::move(file));
        return lossy;
    }
    Result<> remove(const std::filesystem::path& path) override
    {
        if (!power_.is_on())
            return Error(Errc::Unavailable, "the power is cut");
        power_.removed(path.string());
        return store::system_disk().remove(path);
    }
    Result<std::vector<std::string>> list(const std::filesystem::path& folder) override
    {
        return store::system_disk().list(folder);
    }
    Result<> make_folder(const std::filesystem::path& folder) override
    {
        return store::system_disk().make_folder(folder);
    }

private:
    Power& power_;
};

void overwrite_with_zeros(const std::string& path, std::uint64_t offset, std::uint64_t octets)
{
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(offset));
    const std::string zeros(octets, '\0');
    file.write(zeros.data(), static_cast<std::streamsize>(zeros.size()));
}

} // namespace

void Power::cut()
{
    const std::lock_guard lock(mutex_);
    on_ = false;
}

void Power::appended(const std::string& path, std::uint64_t length)
{
    const std::lock_guard lock(mutex_);
    auto& file = files_[path];
    if (length == 0)
        file = {};
    file.appends = true;
    file.length = length;
}

void Power::opened_to_grow(const std::string& path)
{
    const std::lock_guard lock(mutex_);
    files_[path] = {};
    files_[path].grows = true;
}

void Power::written(const std::string& path, std::uint64_t offset, std::uint64_t octets)
{
    const std::lock_guard lock(mutex_);
    auto& file = files_[path];
    file.length = std::max(file.length, offset + octets);
    file.unsynced.push_back({next_number_++, offset, octets});
}

std::uint64_t Power::begin_sync(const std::string& path)
{
    const std::lock_guard lock(mutex_);
    const auto& file = files_[path];
    return file.appends ? file.length : next_number_;
}

bool Power::end_sync(const std::string& path, std::uint64_t mark)
{
    const std::lock_guard lock(mutex_);
    if (!on_)
        return false;
    auto& file = files_[path];
    if (file.appends)
        file.synced_length = std::max(file.synced_length, mark);
    std::erase_if(file.unsynced, [&](const Unsynced& write) {
        const bool is_synced = write.number < mark;
        if (is_synced && file.grows)
            file.synced_length = std::max(file.synced_length, write.offset + write.octets);
        return is_synced;
    });
    return true;
}

void Power::renamed(const std::string& from, const std::string& to)
{
    const std::lock_guard lock(mutex_);
    if (auto moved = files_.extract(from)) {
        files_.erase(to);
        moved.key() = to;
        files_.insert(std::move(moved));
    }
}

void Power::removed(const std::string& path)
{
    const std::lock_guard lock(mutex_);
    files_.erase(path);
}

void Power::lose_unsynced(Random& random)
{
    const std::lock_guard lock(mutex_);
    for (const auto& [path, file] : files_) {
        for (const auto& write : file.unsynced)
            if (random.next_u64() % 4 != 0)
                overwrite_with_zeros(path, write.offset + write.octets / 3, write.octets / 2);
        const bool loses_end = file.appends || (file.grows && random.next_u64() % 2 == 0);
        if (loses_end && file.synced_length < file.length) {
            const auto kept = file.synced_length +
                              random.next_u64() % (file.length - file.synced_length + 1);
            std::error_code gone;
            std::filesystem::resize_file(path, kept, gone);
        }
    }
    files_.clear();
    on_ = true;
}

std::unique_ptr<rocksdb::Env> lossy_env(Power& power)
{
    return rocksdb::NewCompositeEnv(std::make_shared<LossyFileSystem>(power));
}

std::unique_ptr<store::Disk> lossy_disk(Power& power)
{
    return std::make_unique<LossyDisk>(power);
}

} // namespace mailctl::tests
