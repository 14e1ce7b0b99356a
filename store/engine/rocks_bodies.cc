// Large bodies: chunks in the body log, one index row each in RocksDB.
#include <rocksdb/iterator.h>

#include <algorithm>

#include "store/engine/batch.h"
#include "store/engine/rocks_engine.h"

namespace mailctl::store {
namespace {

constexpr int kMaxMoves = 8;
/// How much of a long body may wait in the page cache before writing it out begins.
constexpr std::size_t kWriteBackChunks = 8;

Error no_body()
{
    return Error(Errc::NotFound, "no such body");
}

} // namespace

/// Packs and appends a chunk when it is full; the last one, and the index row, with finish().
class RocksBlobWriter : public BlobWriter {
public:
    RocksBlobWriter(RocksEngine& engine, const Partition& owner, const BlobId& id)
        : engine_(engine), write_(std::make_unique<RocksEngine::Write>())
    {
        write_->kind = RocksEngine::Write::Kind::PutBody;
        write_->partition = owner;
        write_->blob = id;
    }

    Awaitable<Result<>> write(std::string_view octets) override { co_return take(octets); }

    Awaitable<Result<>> finish() override
    {
        if (!write_)
            co_return Error(Errc::Invalid, "a body is finished once");
        CO_TRY_VOID(append(pending_, true));
        pending_ = {};
        co_return co_await engine_.submit(std::move(write_));
    }

private:
    Result<> take(std::string_view octets)
    {
        while (!octets.empty()) {
            // A full chunk waits until more comes: it might be the last.
            if (pending_.size() == kBlobChunkOctets) {
                TRY_VOID(append(pending_, false));
                pending_.clear();
            }
            const auto part = octets.substr(0, kBlobChunkOctets - pending_.size());
            pending_ += part;
            octets.remove_prefix(part.size());
        }
        return ok();
    }

    Result<> append(std::string_view octets, bool last)
    {
        BodyRecordHead head;
        head.owner = write_->partition;
        head.id = write_->blob;
        head.chunk = static_cast<std::uint32_t>(write_->index.places.size());
        head.last = last;
        const auto record = encode_body_record(head, octets);
        TRY(auto appended, engine_.log_->append(record));
        write_->index.octets += octets.size();
        write_->index.places.push_back(appended.place);
        write_->pins.push_back(std::move(appended.pin));
        if (head.chunk % kWriteBackChunks == kWriteBackChunks - 1)
            engine_.log_->write_back();
        return ok();
    }

    RocksEngine& engine_;
    std::unique_ptr<RocksEngine::Write> write_;
    std::string pending_;
};

std::unique_ptr<BlobWriter> RocksEngine::blob_writer(const Partition& owner, const BlobId& id)
{
    return std::make_unique<RocksBlobWriter>(*this, owner, id);
}

Awaitable<Result<>> RocksEngine::blob_erase(Partition owner, BlobId id)
{
    auto write = std::make_unique<Write>();
    write->kind = Write::Kind::EraseBody;
    write->partition = std::move(owner);
    write->blob = id;
    co_return co_await submit(std::move(write));
}

Result<std::optional<BodyIndex>> RocksEngine::find_index(const rocksdb::ReadOptions& options,
                                                         const std::string& key)
{
    rocksdb::PinnableSlice value;
    auto& db = database_->db();
    const auto got = db.Get(options, db.DefaultColumnFamily(), key, &value);
    if (got.IsNotFound())
        return std::nullopt;
    if (!got.ok())
        return error_from(got, "cannot read");
    TRY(auto index, decode_body_index(value.ToStringView()));
    return index;
}

Awaitable<Result<BlobSize>> RocksEngine::blob_size(Partition owner, BlobId id)
{
    CO_TRY(const auto index, find_index({}, blob_key(owner, id)));
    if (!index)
        co_return no_body();
    BlobSize size;
    size.octets = index->octets;
    size.stored_octets = index->stored_octets();
    co_return size;
}

Awaitable<Result<std::string>> RocksEngine::blob_get(Partition owner, BlobId id,
                                                     std::uint64_t offset, std::uint64_t length)
{
    for (int i = 0; i < kMaxMoves; ++i) {
        CO_TRY(const auto index, find_index({}, blob_key(owner, id)));
        if (!index)
            co_return no_body();
        auto octets = read_body(*index, owner, id, offset, length);
        // NotFound: the collector moved it since the index row was read.
        if (octets || octets.error().code() != Errc::NotFound)
            co_return octets;
    }
    co_return Error(Errc::Corrupt, "body " + to_string(id) + ": its segment is missing");
}

Result<std::string> RocksEngine::read_body(const BodyIndex& index, const Partition& owner,
                                           const BlobId& id, std::uint64_t offset,
                                           std::uint64_t length)
{
    std::string octets;
    if (offset >= index.octets || length == 0)
        return octets;
    length = std::min(length, index.octets - offset);
    std::size_t chunk = offset / kBlobChunkOctets;
    const std::size_t last = (offset + length - 1) / kBlobChunkOctets;
    const std::size_t skip = offset % kBlobChunkOctets;
    octets.reserve(std::min<std::uint64_t>(index.octets - offset + skip, skip + length));
    for (; chunk <= last; ++chunk) {
        if (chunk >= index.places.size())
            return Error(Errc::Corrupt, "body " + to_string(id) + ": a chunk is missing");
        TRY_VOID(read_chunk(index.places[chunk], owner, id, static_cast<std::uint32_t>(chunk),
                            octets, skip + length - octets.size()));
    }
    if (octets.size() < skip + length)
        return Error(Errc::Corrupt, "body " + to_string(id) + ": shorter than it should be");
    octets.resize(skip + length);
    octets.erase(0, skip);
    return octets;
}

/// Errors: NotFound (its segment is gone), Corrupt, Unavailable.
Result<> RocksEngine::read_chunk(const BodyPlace& place, std::string_view owner, const BlobId& id,
                                 std::uint32_t chunk, std::string& out, std::size_t most)
{
    TRY(const auto record, log_->read(place));
    const auto head = check_body_record(record);
    if (!head)
        return head.error().within("body " + to_string(id));
    if (head->owner != owner || head->id != id || head->chunk != chunk)
        return Error(Errc::Corrupt, "body " + to_string(id) + ": another body is in its place");
    return unpack_body_record(*head, record, out, most);
}

Awaitable<Result<std::vector<BlobId>>> RocksEngine::blobs(Partition owner, BlobId after,
                                                          std::uint32_t limit)
{
    const std::string prefix = index_key(owner, {&kBlobPrefix, 1});
    const std::string end = after_prefix(prefix);
    const rocksdb::Slice bound(end);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> at(
        database_->db().NewIterator(options));
    const std::string start = blob_key(owner, after) + '\0';
    std::vector<BlobId> ids;
    for (at->Seek(start); at->Valid() && ids.size() < limit; at->Next()) {
        CO_TRY(const auto id, blob_id_from(at->key().ToStringView().substr(prefix.size())));
        ids.push_back(id);
    }
    if (!at->status().ok())
        co_return error_from(at->status(), "cannot list bodies");
    co_return ids;
}

} // namespace mailctl::store
