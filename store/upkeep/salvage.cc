// Reading raw messages out of a damaged store: the body log without RocksDB, then the small
// bodies in its rows where it opens at all.
#include <rocksdb/iterator.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

#include "store/body/body_codec.h"
#include "store/body_log/body_log.h"
#include "store/engine/rocks_database.h"
#include "store/keys.h"
#include "store/store.h"

namespace mailctl::store {
namespace {

namespace fs = std::filesystem;

/// The folder of an owner's messages: "u_0000000000000001", "shared_3", "queue_7".
std::string folder_of(std::string_view partition)
{
    if (const auto account = keys::account_of(partition))
        return to_string(*account);
    const auto shard = keys::read_be<std::uint16_t>(partition, 1);
    if (partition.size() == 3 && partition[0] == keys::kSharedKind)
        return "shared_" + std::to_string(*shard);
    if (partition.size() == 3 && partition[0] == keys::kQueueKind)
        return "queue_" + std::to_string(*shard);
    std::string name = "other_";
    for (const char octet : partition) {
        constexpr char kDigits[] = "0123456789abcdef";
        name += kDigits[static_cast<unsigned char>(octet) >> 4];
        name += kDigits[static_cast<unsigned char>(octet) & 15];
    }
    return name;
}

/// Gathers what can be read and writes it out.
class Salvage {
public:
    explicit Salvage(fs::path into) : into_(std::move(into)) {}

    Result<> read_log(const fs::path& folder);
    Result<> read_rows(const fs::path& folder);
    std::size_t saved() const { return saved_; }
    std::vector<Finding> take_findings() { return std::move(findings_); }

private:
    /// A chunk of a body that has several, found on the way.
    struct Part {
        std::size_t file = 0;
        std::uint64_t offset = 0;
        std::size_t octets = 0;
        bool last = false;
    };
    using Body = std::pair<Partition, BlobId>;

    void skip(std::string where, std::string what)
    {
        findings_.push_back({std::move(where), std::move(what), false});
    }
    Result<> read_segment(std::size_t file);
    Result<> take_record(const BodyRecordHead& head, std::size_t file, std::uint64_t offset,
                         std::string_view record);
    Result<> take_inline(std::string_view owner, const BlobId& id, std::string_view value,
                         const std::string& where);
    Result<> join(const Body& body, const std::map<std::uint32_t, Part>& parts);
    Result<std::ofstream> create(std::string_view owner, const BlobId& id);
    Result<> save(std::string_view owner, const BlobId& id, std::string_view octets);

    fs::path into_;
    std::vector<fs::path> paths_;
    std::vector<std::unique_ptr<DiskFile>> files_;
    std::map<Body, std::map<std::uint32_t, Part>> parts_;
    std::vector<Finding> findings_;
    std::size_t saved_ = 0;
};

Result<> Salvage::read_log(const fs::path& folder)
{
    TRY(auto names, system_disk().list(folder));
    std::ranges::sort(names);
    for (const auto& name : names) {
        if (body_segment_number(name) == 0)
            continue;
        auto file = system_disk().open(folder / name, Disk::Access::Read);
        if (!file) {
            skip(name, file.error().detail());
            continue;
        }
        paths_.push_back(folder / name);
        files_.push_back(std::move(*file));
        if (const auto read = read_segment(files_.size() - 1); !read) {
            // What cannot be written ends it all; what cannot be read is one segment.
            if (read.error().code() == Errc::OverQuota)
                return read;
            skip(name, read.error().detail());
        }
    }
    for (const auto& [body, parts] : parts_)
        TRY_VOID(join(body, parts));
    return ok();
}

Result<> Salvage::read_segment(std::size_t file)
{
    TRY(const auto end, files_[file]->end_of_data());
    const std::string name = paths_[file].filename().string();
    const auto on_record = [&](const BodyRecordHead& head, std::uint64_t offset,
                               std::string_view record) {
        return take_record(head, file, offset, record);
    };
    const auto on_gap = [&](const BodyGap& gap) {
        if (!gap.zeros)
            skip(name + " at " + std::to_string(gap.offset),
                 std::to_string(gap.octets) + " octets hold no intact record");
    };
    return walk_body_segment(*files_[file], end, on_record, on_gap);
}

Result<> Salvage::take_record(const BodyRecordHead& head, std::size_t file, std::uint64_t offset,
                              std::string_view record)
{
    const std::string where =
        paths_[file].filename().string() + " at " + std::to_string(offset);
    if (head.chunk > 0 || !head.last) {
        parts_[{head.owner, head.id}][head.chunk] = {file, offset, record.size(), head.last};
        return ok();
    }
    std::string octets;
    if (const auto unpacked = unpack_body_record(head, record, octets); !unpacked) {
        skip(where, unpacked.error().detail());
        return ok();
    }
    if (head.kind == BodyRecordHead::Kind::Row)
        return take_inline(head.owner, head.id, octets, where);
    return save(head.owner, head.id, octets);
}

Result<> Salvage::take_inline(std::string_view owner, const BlobId& id, std::string_view value,
                              const std::string& where)
{
    const auto body = decode_inline_body(value);
    if (body)
        return save(owner, id, *body);
    skip(where, body.error().detail());
    return ok();
}

/// Writes a body of several chunks, or says which is missing.
Result<> Salvage::join(const Body& body, const std::map<std::uint32_t, Part>& parts)
{
    const std::string where = folder_of(body.first) + "/" + to_string(body.second);
    if (!parts.rbegin()->second.last || parts.rbegin()->first + 1 != parts.size()) {
        skip(where, "only " + std::to_string(parts.size()) + " of its chunks are there");
        return ok();
    }
    TRY(auto file, create(body.first, body.second));
    for (const auto& [number, part] : parts) {
        std::string record;
        TRY_VOID(files_[part.file]->read_at(part.offset, part.octets, record));
        TRY(const auto head, check_body_record(record));
        std::string octets;
        TRY_VOID(unpack_body_record(head, record, octets));
        file.write(octets.data(), static_cast<std::streamsize>(octets.size()));
    }
    file.close();
    if (!file)
        return Error(Errc::OverQuota, "cannot write " + where + ".eml");
    ++saved_;
    return ok();
}

Result<std::ofstream> Salvage::create(std::string_view owner, const BlobId& id)
{
    const auto folder = into_ / folder_of(owner);
    std::error_code failure;
    fs::create_directories(folder, failure);
    const auto path = folder / (to_string(id) + ".eml");
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    if (failure || !file)
        return Error(Errc::OverQuota, "cannot write " + path.string());
    return file;
}

Result<> Salvage::save(std::string_view owner, const BlobId& id, std::string_view octets)
{
    TRY(auto file, create(owner, id));
    file.write(octets.data(), static_cast<std::streamsize>(octets.size()));
    file.close();
    if (!file)
        return Error(Errc::OverQuota, "cannot write " + to_string(id) + ".eml");
    ++saved_;
    return ok();
}

Result<> Salvage::read_rows(const fs::path& folder)
{
    DatabaseOptions options;
    options.folder = folder;
    options.read_only = true;
    const auto database = RocksDatabase::open(options);
    if (!database) {
        skip("rows", database.error().detail());
        return ok();
    }
    rocksdb::ReadOptions reading;
    reading.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> at(
        (*database)->db().NewIterator(reading));
    std::string last;
    // Rows start with the length of their partition's name; what comes before are index rows.
    for (at->Seek(std::string(1, kIndexPrefix + 1)); at->Valid(); at->Next()) {
        const auto full = at->key().ToStringView();
        const std::size_t length = static_cast<unsigned char>(full[0]);
        const auto owner = full.substr(1, length);
        const auto key = full.substr(std::min(full.size(), 1 + length));
        const auto value = at->value().ToStringView();
        last = folder_of(owner);
        if (!keys::is_inline_body(key) || value.empty() || value[0] != kValueHere)
            continue;
        TRY(const auto id, blob_id_from(key.substr(1)));
        TRY_VOID(take_inline(owner, id, value.substr(1), last + "/" + to_string(id)));
    }
    if (!at->status().ok())
        skip("rows after " + (last.empty() ? "the start" : last), at->status().ToString());
    return ok();
}

} // namespace

Result<std::vector<Finding>> salvage(const fs::path& store, const fs::path& into)
{
    Salvage salvage(into);
    TRY_VOID(salvage.read_log(store / "bodies"));
    TRY_VOID(salvage.read_rows(store / "rows"));
    auto findings = salvage.take_findings();
    if (salvage.saved() == 0 && !findings.empty())
        return Error(Errc::Unavailable, "nothing readable in " + store.string() + ": " +
                                            findings.back().what);
    return findings;
}

} // namespace mailctl::store
