// Files as the body log sees them: the machine's, or a test's that loses what was not synced.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mailctl::store {

/// An open file. Threads: reads and writes of different places may run at once.
class DiskFile {
public:
    virtual ~DiskFile() = default;
    /// Errors: Unavailable.
    virtual Result<> write_at(std::uint64_t offset, std::string_view octets) = 0;
    /// At most `octets` octets, appended to `out`; fewer only at the end. Errors: Unavailable.
    virtual Result<> read_at(std::uint64_t offset, std::size_t octets, std::string& out) = 0;
    /// What was written and its length are durable. Errors: Unavailable.
    virtual Result<> sync() = 0;
    /// Starts writing out a stretch, so that a later sync has less to wait for. A hint.
    virtual void write_back(std::uint64_t offset, std::uint64_t octets) = 0;
    /// Makes the file at least `size` octets long, zeros at the end, without writing them.
    virtual Result<> allocate(std::uint64_t size) = 0;
    virtual Result<> truncate(std::uint64_t size) = 0;
    virtual Result<std::uint64_t> size() = 0;
    /// Where the last written octet can be at most: allocated zeros after it do not count.
    virtual Result<std::uint64_t> end_of_data() = 0;
};

/// Opens, lists and removes files.
class Disk {
public:
    enum class Access { Read, Write, Create };
    virtual ~Disk() = default;
    /// Create: the file must be new, and its name is durable on return.
    /// Errors: NotFound, Exists, Denied, Unavailable.
    virtual Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& path,
                                                   Access access) = 0;
    virtual Result<> remove(const std::filesystem::path& path) = 0;
    /// The names in a folder; an absent folder is empty.
    virtual Result<std::vector<std::string>> list(const std::filesystem::path& folder) = 0;
    virtual Result<> make_folder(const std::filesystem::path& folder) = 0;
};

/// The machine's files.
Disk& system_disk();

} // namespace mailctl::store
