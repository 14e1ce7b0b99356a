// Reads of rows: inline, at one instant.
#include <rocksdb/iterator.h>
#include <rocksdb/snapshot.h>

#include <algorithm>
#include <optional>

#include "store/engine/batch.h"
#include "store/engine/rocks_engine.h"
#include "store/keys.h"

namespace mailctl::store {
namespace {

/// How often a read starts again because a body moved while it looked.
constexpr int kMaxMoves = 8;

} // namespace

Awaitable<Result<Answer>> RocksEngine::read(Partition partition, Query query)
{
    Result<Answer> answer = try_read(partition, query);
    for (int i = 1; i < kMaxMoves && !answer && answer.error().code() == Errc::NotFound; ++i)
        answer = try_read(partition, query);
    if (!answer && answer.error().code() == Errc::NotFound)
        co_return Error(Errc::Corrupt, answer.error().detail());
    co_return answer;
}

/// Errors: NotFound (a body in the log moved or went meanwhile), Corrupt, Unavailable.
Result<Answer> RocksEngine::try_read(std::string_view partition, const Query& query)
{
    rocksdb::ReadOptions options;
    // One key or one range is one instant already.
    std::optional<rocksdb::ManagedSnapshot> instant;
    if (query.keys.size() + query.ranges.size() > 1)
        options.snapshot = instant.emplace(&database_->db()).snapshot();
    Answer answer;
    answer.values.reserve(query.keys.size());
    for (const auto& key : query.keys) {
        TRY(auto value, get_row(options, partition, key));
        answer.values.push_back(std::move(value));
    }
    answer.pages.reserve(query.ranges.size());
    for (const auto& range : query.ranges) {
        TRY(auto page, get_range(options, partition, range));
        answer.pages.push_back(std::move(page));
    }
    return answer;
}

Result<std::optional<std::string>> RocksEngine::get_row(const rocksdb::ReadOptions& options,
                                                        std::string_view partition,
                                                        std::string_view key)
{
    rocksdb::PinnableSlice value;
    auto& db = database_->db();
    const auto got = db.Get(options, db.DefaultColumnFamily(), row_key(partition, key), &value);
    if (got.IsNotFound())
        return std::nullopt;
    if (!got.ok())
        return error_from(got, "cannot read");
    if (!keys::is_inline_body(key))
        return value.ToString();
    if (!value.empty() && value[0] == kValueHere)
        return std::string(value.data() + 1, value.size() - 1);
    TRY(auto logged, logged_value(options, partition, key, value.ToStringView()));
    return logged;
}

Result<Page> RocksEngine::get_range(const rocksdb::ReadOptions& options,
                                    std::string_view partition, const Range& range)
{
    const std::string prefix = row_key(partition, range.prefix);
    const std::string end = after_prefix(prefix);
    const rocksdb::Slice bound(end);
    rocksdb::ReadOptions bounded = options;
    bounded.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> at(
        database_->db().NewIterator(bounded));
    if (!range.after.empty() && range.after >= range.prefix) {
        std::string start = row_key(partition, range.after);
        start += '\0'; // the least key after it
        at->Seek(start);
    } else {
        at->Seek(prefix);
    }
    Page page;
    for (; at->Valid(); at->Next()) {
        if (page.rows.size() == range.limit) {
            page.more = true;
            break;
        }
        const auto key = at->key().ToStringView().substr(1 + partition.size());
        const auto value = at->value().ToStringView();
        Row row;
        row.key = key;
        if (!keys::is_inline_body(key)) {
            row.value = value;
        } else if (value.front() == kValueHere) {
            row.value = value.substr(1);
        } else {
            TRY(row.value, logged_value(options, partition, key, value));
        }
        page.rows.push_back(std::move(row));
    }
    if (!at->status().ok())
        return error_from(at->status(), "cannot read");
    return page;
}

/// The value of an inline body's row that is in the log. Errors: NotFound (it moved), Corrupt.
Result<std::string> RocksEngine::logged_value(const rocksdb::ReadOptions& options,
                                              std::string_view partition, std::string_view key,
                                              std::string_view stored)
{
    TRY(const auto id, blob_id_from(key.substr(1)));
    std::string value;
    // A record tells whose it is, and is checked: what is in the first place is the value or is not.
    if (const auto first = place_at(stored, 1); first && read_chunk(*first, partition, id, 0, value))
        return value;
    value.clear();
    TRY(const auto index, find_index(options, index_key(partition, key)));
    if (!index || index->places.size() != 1)
        return Error(Errc::NotFound, "the place of an inline body is not known");
    TRY_VOID(read_chunk(index->places[0], partition, id, 0, value));
    return value;
}

Awaitable<Result<std::vector<Partition>>> RocksEngine::partitions(std::string prefix,
                                                                  Partition after,
                                                                  std::uint32_t limit)
{
    const std::unique_ptr<rocksdb::Iterator> at(
        database_->db().NewIterator({}));
    std::vector<Partition> names;
    // Keys start with the length of the partition's name: each length is a sorted list of its own.
    for (unsigned length = 1; length < 256;) {
        std::string start(1, static_cast<char>(length));
        start += std::max(prefix, after);
        std::uint32_t found = 0;
        at->Seek(start);
        while (at->Valid() && found < limit) {
            const auto key = at->key().ToStringView();
            if (static_cast<unsigned char>(key[0]) != length)
                break;
            const Partition name(key.substr(1, length));
            if (name > prefix && !name.starts_with(prefix))
                break;
            if (name.starts_with(prefix) && name > after) {
                names.push_back(name);
                ++found;
            }
            const auto next = after_prefix(row_key(name, {}));
            if (next.empty())
                break;
            at->Seek(next);
        }
        if (!at->status().ok())
            co_return error_from(at->status(), "cannot list partitions");
        const unsigned reached =
            at->Valid() ? static_cast<unsigned char>(at->key()[0]) : length;
        length = at->Valid() && reached > length ? reached : length + 1;
    }
    std::ranges::sort(names);
    if (names.size() > limit)
        names.resize(limit);
    co_return names;
}

} // namespace mailctl::store
