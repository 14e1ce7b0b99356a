// Another home for a closed store: every file copied, synced and compared.
#include "store/upkeep/relocate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <vector>

#include <rocksdb/env.h>

namespace mailctl::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 1 << 20;
/// What a store's folder holds (store/engine/rocks_engine.cc); anything else in it stays where it is.
constexpr std::array kFolders{"rows", "bodies"};

Error failed(std::string_view what, const fs::path& path)
{
    return Error(Errc::Unavailable, std::string(what) + " " + path.string() + ": " +
                                        std::generic_category().message(errno));
}

/// An open descriptor. Not copied.
class File {
public:
    File(const fs::path& path, int flags, mode_t mode = 0)
        : number(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode))
    {
    }
    ~File()
    {
        if (number >= 0)
            ::close(number);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    const int number;
};

/// Holds RocksDB's own lock on a store's rows, so that nobody opens it.
class Lock {
public:
    ~Lock()
    {
        if (held_)
            rocksdb::Env::Default()->UnlockFile(held_);
    }
    Lock() = default;
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    Result<> take(const fs::path& store)
    {
        if (!fs::exists(store / "rows" / "CURRENT"))
            return Error(Errc::NotFound, store.string() + ": no store is in there");
        const auto status =
            rocksdb::Env::Default()->LockFile((store / "rows" / "LOCK").string(), &held_);
        if (!status.ok())
            return Error(Errc::Busy, store.string() + ": the store is open; stop the server first");
        return ok();
    }

private:
    rocksdb::FileLock* held_ = nullptr;
};

Result<> sync_folder(const fs::path& folder)
{
    const File opened(folder, O_RDONLY | O_DIRECTORY);
    if (opened.number < 0 || ::fsync(opened.number) != 0)
        return failed("cannot sync", folder);
    return ok();
}

/// Owner, group and mode of `from`.
Result<> take_rights(const fs::path& from, int to, const fs::path& name)
{
    struct stat about {};
    if (::stat(from.c_str(), &about) != 0)
        return failed("cannot read", from);
    // Who is not root keeps being the owner.
    if (::fchown(to, about.st_uid, about.st_gid) != 0 && errno != EPERM)
        return failed("cannot change the owner of", name);
    if (::fchmod(to, about.st_mode & 07777) != 0)
        return failed("cannot change the mode of", name);
    return ok();
}

/// Fills `block` as far as the file goes; gives the octets read.
Result<std::size_t> read_block(int file, std::vector<char>& block, const fs::path& name)
{
    std::size_t filled = 0;
    while (filled < block.size()) {
        const auto got = ::read(file, block.data() + filled, block.size() - filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failed("cannot read", name);
        if (got == 0)
            break;
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

/// The walk over one store: what it copies and how far it is.
class Copy {
public:
    Copy(fs::path from, fs::path to, const std::function<bool(std::uint64_t, std::uint64_t)>& progress)
        : from_(std::move(from)), to_(std::move(to)), progress_(progress)
    {
    }

    Result<Relocated> run()
    {
        std::error_code ec;
        std::vector<fs::path> folders, files;
        for (const auto* top : kFolders) {
            if (!fs::is_directory(from_ / top, ec))
                continue;
            folders.emplace_back(top);
            for (const auto& entry : fs::recursive_directory_iterator(from_ / top, ec)) {
                const auto name = fs::relative(entry.path(), from_);
                if (entry.is_directory())
                    folders.push_back(name);
                else if (entry.is_regular_file() && name != fs::path("rows/LOCK"))
                    files.push_back(name);
                total_ += entry.is_regular_file() ? 2 * entry.file_size() : 0; // copied, then compared
            }
            if (ec)
                return Error(Errc::Unavailable, (from_ / top).string() + ": " + ec.message());
        }
        for (const auto& name : folders) {
            fs::create_directory(to_ / name, ec);
            const File made(to_ / name, O_RDONLY | O_DIRECTORY);
            if (ec || made.number < 0)
                return failed("cannot make", to_ / name);
            if (auto done = take_rights(from_ / name, made.number, to_ / name); !done)
                return done.error();
        }
        for (const auto& name : files) {
            if (auto done = copy(name); !done)
                return done.error();
            if (auto done = compare(name); !done)
                return done.error();
            ++copied_.files;
        }
        for (const auto& name : folders) {
            if (auto done = sync_folder(to_ / name); !done)
                return done.error();
        }
        if (auto done = sync_folder(to_); !done)
            return done.error();
        return copied_;
    }

private:
    Result<> advance(std::size_t octets)
    {
        done_ += octets;
        if (progress_ && !progress_(done_, total_))
            return Error(Errc::Unavailable, "stopped");
        return ok();
    }

    Result<> copy(const fs::path& name)
    {
        const File in(from_ / name, O_RDONLY);
        const File out(to_ / name, O_WRONLY | O_CREAT | O_EXCL, 0600);
        if (in.number < 0)
            return failed("cannot read", from_ / name);
        if (out.number < 0)
            return failed("cannot make", to_ / name);
        std::vector<char> block(kBlock);
        for (;;) {
            const auto got = read_block(in.number, block, from_ / name);
            if (!got)
                return got.error();
            for (std::size_t at = 0; at < *got;) {
                const auto put = ::write(out.number, block.data() + at, *got - at);
                if (put < 0 && errno != EINTR)
                    return failed("cannot write", to_ / name);
                at += put > 0 ? static_cast<std::size_t>(put) : 0;
            }
            copied_.octets += *got;
            if (auto done = advance(*got); !done)
                return done;
            if (*got < block.size())
                break;
        }
        if (auto done = take_rights(from_ / name, out.number, to_ / name); !done)
            return done;
        if (::fsync(out.number) != 0)
            return failed("cannot sync", to_ / name);
        // The comparison reads the disk, not what memory still holds.
        ::posix_fadvise(out.number, 0, 0, POSIX_FADV_DONTNEED);
        return ok();
    }

    Result<> compare(const fs::path& name)
    {
        const File first(from_ / name, O_RDONLY);
        const File second(to_ / name, O_RDONLY);
        std::vector<char> one(kBlock), other(kBlock);
        for (;;) {
            const auto got = read_block(first.number, one, from_ / name);
            const auto again = read_block(second.number, other, to_ / name);
            if (!got || !again)
                return !got ? got.error() : again.error();
            if (*got != *again || !std::equal(one.begin(), one.begin() + static_cast<long>(*got), other.begin()))
                return Error(Errc::Corrupt, (to_ / name).string() + ": the copy differs");
            if (auto done = advance(*got); !done)
                return done;
            if (*got < one.size())
                return ok();
        }
    }

    const fs::path from_, to_;
    const std::function<bool(std::uint64_t, std::uint64_t)>& progress_;
    std::uint64_t done_ = 0, total_ = 0;
    Relocated copied_;
};

/// True where `inner` is `outer` or lies somewhere in it.
bool lies_in(const fs::path& inner, const fs::path& outer)
{
    const auto rest = inner.lexically_relative(outer);
    return !rest.empty() && *rest.begin() != "..";
}

} // namespace

Result<Relocated> copy_store(const fs::path& from, const fs::path& to,
                          const std::function<bool(std::uint64_t, std::uint64_t)>& progress)
{
    std::error_code ec;
    const auto here = fs::weakly_canonical(from, ec);
    const auto there = fs::weakly_canonical(to, ec);
    if (lies_in(here, there) || lies_in(there, here))
        return Error(Errc::Invalid, to.string() + " and " + from.string() + ": one lies in the other");
    Lock lock;
    if (auto taken = lock.take(here); !taken)
        return taken.error();
    const bool was_there = fs::exists(there, ec);
    if (was_there && !fs::is_empty(there, ec))
        return Error(Errc::Exists, to.string() + ": is not empty; nothing was changed");
    fs::create_directories(there, ec);
    if (ec)
        return Error(Errc::Unavailable, to.string() + ": " + ec.message());
    {
        const File made(there, O_RDONLY | O_DIRECTORY);
        if (auto done = take_rights(here, made.number, there); !done)
            return done.error();
    }
    auto copied = Copy(here, there, progress).run();
    if (!copied) {
        for (const auto* top : kFolders)
            fs::remove_all(there / top, ec);
        if (!was_there)
            fs::remove(there, ec);
        return copied;
    }
    if (auto done = sync_folder(there.parent_path()); !done)
        return done.error();
    return copied;
}

Result<> remove_store(const fs::path& folder)
{
    Lock lock;
    if (auto taken = lock.take(folder); !taken)
        return taken;
    std::error_code ec;
    for (const auto* top : kFolders) {
        fs::remove_all(folder / top, ec);
        if (ec)
            return Error(Errc::Unavailable, (folder / top).string() + ": " + ec.message());
    }
    fs::remove(folder / "control.sock", ec); // of a server that is gone
    fs::remove(folder, ec);                  // stays where something else is in it
    return ok();
}

} // namespace mailctl::store
