// Log files that are written ahead of their end.
#include "store/engine/log_files.h"

#include <rocksdb/file_system.h>

#include <algorithm>
#include <string>
#include <utility>

namespace mailctl::store {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSRandomRWFile;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// Threads: one, as RocksDB's files.
class ReadyLog : public FSWritableFile {
public:
    ReadyLog(rocksdb::FileSystem& files, std::string path, const FileOptions& options,
             std::unique_ptr<FSRandomRWFile> file)
        : files_(files), path_(std::move(path)), options_(options), file_(std::move(file))
    {
    }
    ~ReadyLog() override
    {
        if (file_)
            Close({}, nullptr).PermitUncheckedError();
    }

    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override
    {
        auto written = file_->Write(size_, data, options, debug);
        if (!written.ok())
            return written;
        size_ += data.size();
        if (size_ > ready_ && data.size() <= kSmallLogWrite)
            write_ahead(options, debug);
        ready_ = std::max(ready_, size_);
        return written;
    }
    IOStatus Append(const Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo&, IODebugContext* debug) override
    {
        return Append(data, options, debug);
    }
    IOStatus Flush(const IOOptions& options, IODebugContext* debug) override
    {
        return file_->Flush(options, debug);
    }
    IOStatus Sync(const IOOptions& options, IODebugContext* debug) override
    {
        return file_->Sync(options, debug);
    }
    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override
    {
        return file_->Fsync(options, debug);
    }
    std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return size_; }
    IOStatus Close(const IOOptions& options, IODebugContext* debug) override
    {
        if (!file_)
            return IOStatus::OK();
        auto closed = std::exchange(file_, nullptr)->Close(options, debug);
        if (closed.ok() && ready_ > size_)
            cut_to_size(options, debug);
        return closed;
    }

private:
    /// Where that fails (a full disk), the log grows by its records only.
    void write_ahead(const IOOptions& options, IODebugContext* debug)
    {
        static const std::string zeros(kLogAheadOctets, '\0');
        if (file_->Write(size_, zeros, options, debug).ok())
            ready_ = size_ + zeros.size();
    }
    /// Where that fails, the zeros stay: they harm nobody.
    void cut_to_size(const IOOptions& options, IODebugContext* debug)
    {
        std::unique_ptr<FSWritableFile> file;
        if (!files_.ReopenWritableFile(path_, options_, &file, debug).ok())
            return;
        file->Truncate(size_, options, debug).PermitUncheckedError();
        file->Close(options, debug).PermitUncheckedError();
    }

    rocksdb::FileSystem& files_;
    const std::string path_;
    const FileOptions options_;
    std::unique_ptr<FSRandomRWFile> file_; ///< nullptr: closed
    std::uint64_t size_ = 0;               ///< of the records
    std::uint64_t ready_ = 0;              ///< of the file
};

class ReadyLogs : public rocksdb::FileSystemWrapper {
public:
    using FileSystemWrapper::FileSystemWrapper;
    const char* Name() const override { return "ReadyLogs"; }

    IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override
    {
        auto made = target()->NewWritableFile(path, options, file, debug);
        if (!made.ok() || !path.ends_with(".log"))
            return made;
        made = (*file)->Close({}, debug);
        file->reset();
        std::unique_ptr<FSRandomRWFile> log;
        if (made.ok())
            made = target()->NewRandomRWFile(path, options, &log, debug);
        if (made.ok())
            *file = std::make_unique<ReadyLog>(*target(), path, options, std::move(log));
        return made;
    }
};

} // namespace

std::unique_ptr<rocksdb::Env> env_with_ready_logs(rocksdb::Env& env)
{
    return rocksdb::NewCompositeEnv(std::make_shared<ReadyLogs>(env.GetFileSystem()));
}

} // namespace mailctl::store
