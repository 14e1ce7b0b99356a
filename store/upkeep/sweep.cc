// Erases what a crash left behind: bodies that no row names, references that no message uses.
#include <algorithm>

#include "store/account/account_keys.h"
#include "store/account/new_account.h"
#include "store/engine_store.h"
#include "store/upkeep/every_partition.h"
#include "store/body/shared_body.h"

namespace mailctl::store {

namespace {

/// What is younger may be on its way: a body is durable before the row that names it.
constexpr auto kLeftAlone = std::chrono::days(1);
constexpr std::uint32_t kBodiesAPage = 500;

/// Of a page of bodies, those that have no row under `key_of`.
Awaitable<Result<std::vector<BlobId>>> without_row(Engine& engine, Partition partition,
                                                   std::vector<BlobId> blobs)
{
    Query query;
    for (const auto& blob : blobs)
        query.keys.push_back(keys::body_use(blob));
    const auto answer = co_await engine.read(std::move(partition), std::move(query));
    if (!answer)
        co_return answer.error();
    std::vector<BlobId> left;
    for (std::size_t i = 0; i < blobs.size(); ++i)
        if (!answer->values[i])
            left.push_back(blobs[i]);
    co_return left;
}

/// The blobs of references, each once: they ascend.
std::vector<BlobId> referenced(const std::vector<SharedReference>& references)
{
    std::vector<BlobId> blobs;
    for (const auto& reference : references)
        if (blobs.empty() || blobs.back() != reference.blob)
            blobs.push_back(reference.blob);
    return blobs;
}

/// Small shared bodies, which are rows.
Awaitable<Result<std::vector<BlobId>>> shared_rows(Engine& engine, Partition partition)
{
    std::vector<BlobId> blobs;
    Range range{keys::inline_bodies(), "", kBodiesAPage};
    for (;;) {
        Query query;
        query.ranges.push_back(range);
        const auto answer = co_await engine.read(partition, std::move(query));
        if (!answer)
            co_return answer.error();
        for (const auto& row : answer->pages[0].rows)
            if (const auto blob = keys::blob_of(row.key))
                blobs.push_back(*blob);
        if (!answer->pages[0].more)
            co_return blobs;
        range.after = answer->pages[0].rows.back().key;
    }
}

/// Every body of an owner in the engine.
Awaitable<Result<std::vector<BlobId>>> all_blobs(Engine& engine, Partition owner)
{
    std::vector<BlobId> all;
    BlobId after{};
    for (;;) {
        const auto page = co_await engine.blobs(owner, after, kBodiesAPage);
        if (!page)
            co_return page.error();
        all.insert(all.end(), page->begin(), page->end());
        if (page->size() < kBodiesAPage)
            co_return all;
        after = page->back();
    }
}

} // namespace

bool EngineStore::is_old(const BlobId& blob) const
{
    std::int64_t made = 0;
    for (std::size_t i = 0; i < 6; ++i)
        made = made << 8 | blob.octets[i];
    return Time(milliseconds(made)) + kLeftAlone < clock_.now();
}

Awaitable<Result<std::uint64_t>> EngineStore::sweep()
{
    const auto erasures = co_await directory_.finish_erasures();
    if (!erasures)
        co_return erasures.error();
    const auto releases = co_await queue_.finish_releases();
    if (!releases)
        co_return releases.error();
    std::uint64_t erased = 0;
    EveryPartition accounts(*engine_, std::string(1, keys::kAccountKind));
    for (;;) {
        const auto partition = co_await accounts.next();
        if (!partition)
            co_return partition.error();
        if (partition->empty())
            break;
        const auto id = keys::account_of(*partition);
        if (!id)
            continue;
        const auto swept = co_await sweep_account(*id);
        if (!swept)
            co_return swept.error();
        erased += *swept;
    }
    const auto queued = co_await queued_bodies();
    if (!queued)
        co_return queued.error();
    for (const auto& partition : shared_partitions()) {
        const auto swept = co_await sweep_references(partition, *queued);
        if (!swept)
            co_return swept.error();
        erased += *swept;
    }
    co_return erased;
}

Awaitable<Result<std::uint64_t>> EngineStore::sweep_account(AccountId id)
{
    const auto open = co_await is_open(id);
    if (!open)
        co_return open.error();
    if (!*open) { // its erasure was cut short
        const auto erased = co_await erase_account(id);
        if (!erased)
            co_return erased.error();
        co_return std::uint64_t{0};
    }
    const auto account = co_await mail_account(id);
    if (!account)
        co_return account.error();
    const auto released = co_await (*account)->release_bodies();
    if (!released)
        co_return released.error();
    auto blobs = co_await all_blobs(*engine_, keys::account(id));
    if (!blobs)
        co_return blobs.error();
    std::erase_if(*blobs, [this](const BlobId& blob) { return !is_old(blob); });
    auto orphans = co_await without_row(*engine_, keys::account(id), std::move(*blobs));
    if (!orphans)
        co_return orphans.error();
    for (const auto& blob : *orphans) {
        const auto erased = co_await engine_->blob_erase(keys::account(id), blob);
        if (!erased)
            co_return erased.error();
    }
    co_return orphans->size();
}

Awaitable<Result<std::set<BlobId>>> EngineStore::queued_bodies()
{
    std::set<BlobId> blobs;
    QueueFilter filter;
    for (;;) {
        const auto entries = co_await queue_.list(filter);
        if (!entries)
            co_return entries.error();
        for (const auto& entry : *entries)
            blobs.insert(entry.body.blob);
        if (entries->size() < filter.limit)
            co_return blobs;
        filter.after = entries->back().id;
    }
}

/// Of one partition of shared bodies: references first, then bodies that have none.
Awaitable<Result<std::uint64_t>> EngineStore::sweep_references(Partition partition,
                                                               const std::set<BlobId>& queued)
{
    auto references = co_await shared_references(*engine_, partition);
    if (!references)
        co_return references.error();
    std::uint64_t erased = 0;
    for (const auto& reference : *references) {
        if (!is_old(reference.blob))
            continue;
        bool used = queued.count(reference.blob) != 0;
        if (reference.owner != kQueueOwner) {
            const std::vector<BlobId> one{reference.blob};
            const auto unused = co_await without_row(*engine_, keys::account(reference.owner), one);
            if (!unused)
                co_return unused.error();
            used = unused->empty();
        }
        if (used)
            continue;
        const auto released =
            co_await release_shared_body(*engine_, reference.blob, reference.owner);
        if (!released)
            co_return released.error();
        ++erased;
    }
    const auto known = referenced(*references);
    auto blobs = co_await all_blobs(*engine_, partition);
    if (!blobs)
        co_return blobs.error();
    const auto rows = co_await shared_rows(*engine_, partition);
    if (!rows)
        co_return rows.error();
    blobs->insert(blobs->end(), rows->begin(), rows->end());
    for (const auto& blob : *blobs) {
        if (!is_old(blob) || std::binary_search(known.begin(), known.end(), blob))
            continue;
        // As the last reference's release: erases whichever form the body has.
        const auto released = co_await release_shared_body(*engine_, blob, kQueueOwner);
        if (!released)
            co_return released.error();
        ++erased;
    }
    co_return erased;
}

} // namespace mailctl::store
