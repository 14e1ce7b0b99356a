// Files by POSIX calls.
#include "store/body_log/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace mailctl::store {
namespace {

Error error_of(std::string_view what, const std::string& path, int number)
{
    Errc code = Errc::Unavailable;
    if (number == ENOENT)
        code = Errc::NotFound;
    else if (number == EEXIST)
        code = Errc::Exists;
    else if (number == EACCES || number == EPERM || number == EROFS)
        code = Errc::Denied;
    return Error(code, std::string(what) + " " + path + ": " +
                           std::generic_category().message(number));
}

class PosixFile : public DiskFile {
public:
    PosixFile(int descriptor, std::string path)
        : descriptor_(descriptor), path_(std::move(path))
    {
    }
    ~PosixFile() override { ::close(descriptor_); }
    PosixFile(const PosixFile&) = delete;
    PosixFile& operator=(const PosixFile&) = delete;

    Result<> write_at(std::uint64_t offset, std::string_view octets) override
    {
        while (!octets.empty()) {
            const auto written = ::pwrite(descriptor_, octets.data(), octets.size(),
                                          static_cast<off_t>(offset));
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                return error_of("cannot write", path_, errno);
            octets.remove_prefix(static_cast<std::size_t>(written));
            offset += static_cast<std::uint64_t>(written);
        }
        return ok();
    }

    Result<> read_at(std::uint64_t offset, std::size_t octets, std::string& out) override
    {
        std::size_t end = out.size();
        out.resize(end + octets);
        while (octets > 0) {
            const auto got =
                ::pread(descriptor_, out.data() + end, octets, static_cast<off_t>(offset));
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                return error_of("cannot read", path_, errno);
            if (got == 0)
                break;
            end += static_cast<std::size_t>(got);
            octets -= static_cast<std::size_t>(got);
            offset += static_cast<std::uint64_t>(got);
        }
        out.resize(end);
        return ok();
    }

    Result<> sync() override
    {
        if (::fdatasync(descriptor_) != 0)
            return error_of("cannot sync", path_, errno);
        return ok();
    }

    void write_back(std::uint64_t offset, std::uint64_t octets) override
    {
        ::sync_file_range(descriptor_, static_cast<off64_t>(offset), static_cast<off64_t>(octets),
                          SYNC_FILE_RANGE_WRITE);
    }

    Result<> allocate(std::uint64_t size) override
    {
        const auto now = this->size();
        if (!now || *now >= size)
            return now ? ok() : Result<>(now.error());
        // Not posix_fallocate: where the file system cannot, that one writes zeros.
        if (::fallocate(descriptor_, 0, static_cast<off_t>(*now),
                        static_cast<off_t>(size - *now)) == 0)
            return ok();
        if (errno == ENOSPC)
            return error_of("cannot extend", path_, errno);
        return truncate(size);
    }

    Result<> truncate(std::uint64_t size) override
    {
        if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0)
            return error_of("cannot truncate", path_, errno);
        return ok();
    }

    Result<std::uint64_t> size() override
    {
        struct stat status {};
        if (::fstat(descriptor_, &status) != 0)
            return error_of("cannot stat", path_, errno);
        return static_cast<std::uint64_t>(status.st_size);
    }

    Result<std::uint64_t> end_of_data() override
    {
        TRY(const auto whole, size());
        off_t end = 0;
        for (;;) {
            const off_t data = ::lseek(descriptor_, end, SEEK_DATA);
            if (data < 0)
                return errno == ENXIO ? static_cast<std::uint64_t>(end) : whole;
            const off_t hole = ::lseek(descriptor_, data, SEEK_HOLE);
            if (hole < 0)
                return whole;
            end = hole;
        }
    }

private:
    int descriptor_;
    std::string path_;
};

Result<> sync_folder(const std::filesystem::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return error_of("cannot open", folder.string(), errno);
    const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    if (failed != 0)
        return error_of("cannot sync", folder.string(), failed);
    return ok();
}

class PosixDisk : public Disk {
public:
    Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& path,
                                           Access access) override
    {
        int flags = O_CLOEXEC | (access == Access::Read ? O_RDONLY : O_RDWR);
        if (access == Access::Create)
            flags |= O_CREAT | O_EXCL;
        const int descriptor = ::open(path.c_str(), flags, 0600);
        if (descriptor < 0)
            return error_of("cannot open", path.string(), errno);
        std::unique_ptr<DiskFile> file = std::make_unique<PosixFile>(descriptor, path.string());
        if (access == Access::Create)
            TRY_VOID(sync_folder(path.parent_path()));
        return file;
    }

    Result<> remove(const std::filesystem::path& path) override
    {
        if (::unlink(path.c_str()) != 0)
            return error_of("cannot remove", path.string(), errno);
        return ok();
    }

    Result<std::vector<std::string>> list(const std::filesystem::path& folder) override
    {
        std::vector<std::string> names;
        std::error_code failure;
        std::filesystem::directory_iterator at(folder, failure);
        for (; !failure && at != std::filesystem::directory_iterator(); at.increment(failure))
            names.push_back(at->path().filename().string());
        if (failure && failure != std::errc::no_such_file_or_directory)
            return error_of("cannot list", folder.string(), failure.value());
        return names;
    }

    Result<> make_folder(const std::filesystem::path& folder) override
    {
        std::error_code failure;
        if (!std::filesystem::create_directories(folder, failure) && !failure)
            return ok();
        if (failure)
            return error_of("cannot make", folder.string(), failure.value());
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failure);
        return sync_folder(folder.parent_path());
    }
};

} // namespace

Disk& system_disk()
{
    static PosixDisk disk;
    return disk;
}

} // namespace mailctl::store
