// Keeps shared bodies and their references.
#include "store/body/shared_body.h"

#include "store/account/records.h"
#include "store/body/body_codec.h"
#include "store/keys.h"
#include "store/store.h"

namespace mailctl::store {

namespace {

constexpr unsigned kShards = 256;

/// 'r' blob id, owner. DO NOT CHANGE: on disk since 0.1
std::string references_of(const BlobId& blob)
{
    return "r" + std::string(blob.view());
}

std::string reference(const BlobId& blob, AccountId owner)
{
    auto key = references_of(blob);
    keys::append_be(key, value_of(owner));
    return key;
}

} // namespace

Partition shared_partition(const BlobId& blob)
{
    return keys::shared_bodies(blob.octets.back()); // random: DO NOT CHANGE: on disk since 0.1
}

std::vector<Partition> shared_partitions()
{
    std::vector<Partition> all;
    for (unsigned shard = 0; shard < kShards; ++shard)
        all.push_back(keys::shared_bodies(static_cast<std::uint16_t>(shard)));
    return all;
}

Awaitable<Result<>> share_body(Engine& engine, BlobId blob, std::vector<AccountId> owners,
                               std::string body)
{
    if (owners.size() >= kMaxBatchRows)
        co_return Error(Errc::Invalid, "too many owners of one body");
    Batch batch;
    for (const auto owner : owners)
        batch.put.push_back({reference(blob, owner), encode_text("")});
    if (!body.empty())
        batch.put.push_back({keys::inline_body(blob), encode_inline_body(body)});
    if (batch.put.empty())
        co_return ok();
    co_return co_await engine.commit(shared_partition(blob), std::move(batch));
}

Awaitable<Result<std::string>> read_body_of(Engine& engine, Partition owner, BodyRef body,
                                            std::uint64_t offset, std::uint64_t length)
{
    if (body.octets <= kInlineBodyOctets) {
        Query query;
        query.keys.push_back(keys::inline_body(body.blob));
        auto answer = co_await engine.read(owner, std::move(query));
        if (!answer)
            co_return answer.error();
        if (answer->values[0]) {
            const auto end = length > body.octets ? length : offset + length;
            CO_TRY(auto octets, decode_inline_body(*answer->values[0], end));
            octets.erase(0, offset);
            co_return octets;
        }
    }
    co_return co_await engine.blob_get(std::move(owner), body.blob, offset, length);
}

Awaitable<Result<std::string>> read_shared_body(Engine& engine, BodyRef body, std::uint64_t offset,
                                                std::uint64_t length)
{
    co_return co_await read_body_of(engine, shared_partition(body.blob), body, offset, length);
}

// Two owners that let go at once:        both erase their rows first, and look after that: the one
//   A: erase A      look: none           whose commit came last sees no reference. Both may see
//   B:      erase B          look: none  none and erase the body, which is no error. A reference
//                                        is never added to a body that was shared before.
Awaitable<Result<>> release_shared_body(Engine& engine, BlobId blob, AccountId owner)
{
    const auto partition = shared_partition(blob);
    Batch batch;
    batch.erase.push_back(reference(blob, owner));
    auto erased = co_await engine.commit(partition, std::move(batch));
    if (!erased)
        co_return erased.error();
    Query query;
    query.keys.push_back(keys::inline_body(blob));
    query.ranges.push_back({references_of(blob), "", 1});
    const auto answer = co_await engine.read(partition, std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->pages[0].rows.empty())
        co_return ok();
    if (!answer->values[0])
        co_return co_await engine.blob_erase(partition, blob);
    Batch last;
    last.erase.push_back(keys::inline_body(blob));
    co_return co_await engine.commit(partition, std::move(last));
}

Awaitable<Result<std::vector<SharedReference>>> shared_references(Engine& engine,
                                                                  Partition partition)
{
    std::vector<SharedReference> references;
    Range range{"r", "", 1000};
    for (;;) {
        Query query;
        query.ranges.push_back(range);
        const auto answer = co_await engine.read(partition, std::move(query));
        if (!answer)
            co_return answer.error();
        const auto& page = answer->pages[0];
        for (const auto& row : page.rows) {
            const auto blob = blob_id_from(std::string_view(row.key).substr(1, 16));
            const auto owner = keys::read_be<std::uint64_t>(row.key, 17);
            if (!blob || !owner)
                co_return Error(Errc::Corrupt, "a body reference does not decode");
            references.push_back({*blob, AccountId{*owner}});
        }
        if (!page.more)
            co_return references;
        range.after = page.rows.back().key;
    }
}

} // namespace mailctl::store
