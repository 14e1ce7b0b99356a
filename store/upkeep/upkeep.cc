// What goes over the whole store: totals, checks, scrubbing.
#include <algorithm>

#include "store/account/account_keys.h"
#include "store/account/new_account.h"
#include "store/body/body_codec.h"
#include "store/engine_store.h"
#include "store/upkeep/every_partition.h"
#include "store/body/shared_body.h"

namespace mailctl::store {

namespace {

constexpr std::uint32_t kRowsAPage = 200;
/// A user is added account first: an account that nobody names yet may be on its way.
constexpr auto kNewAccount = std::chrono::hours(1);

void add(std::vector<Finding>& findings, std::string_view where,
         const std::vector<std::string>& found, bool repaired)
{
    for (const auto& what : found)
        findings.push_back({std::string(where), what, repaired});
}

std::string name_of_partition(const Partition& partition)
{
    if (const auto id = keys::account_of(partition))
        return to_string(*id);
    return std::string(partition.front() == keys::kSharedKind ? "shared bodies" : "queue");
}

} // namespace

Awaitable<Result<StoreStats>> EngineStore::stats()
{
    StoreStats stats;
    EveryPartition accounts(*engine_, std::string(1, keys::kAccountKind));
    for (;;) {
        const auto partition = co_await accounts.next();
        if (!partition)
            co_return partition.error();
        if (partition->empty())
            break;
        Query query;
        query.keys.push_back(keys::cell());
        const auto answer = co_await engine_->read(*partition, std::move(query));
        if (!answer)
            co_return answer.error();
        const auto cell = decode_cell(answer->values[0].value_or(""));
        if (!cell || cell->erased)
            continue;
        stats.accounts += 1;
        stats.messages += cell->usage.messages;
        stats.octets += cell->usage.octets;
    }
    const auto queued = co_await queue_.count();
    if (!queued)
        co_return queued.error();
    stats.queued = *queued;
    CO_TRY(const auto disk, engine_->disk_use());
    stats.rows_octets_on_disk = disk.rows_octets;
    stats.bodies_octets_on_disk = disk.bodies_octets;
    co_return stats;
}

Awaitable<Result<std::vector<Finding>>> EngineStore::check(bool repair)
{
    Findings findings;
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
        const auto checked = co_await check_account(*id, repair, findings);
        if (!checked)
            co_return checked.error();
    }
    const auto directory = co_await directory_.check(repair);
    if (!directory)
        co_return directory.error();
    add(findings, "directory", *directory, repair);
    const auto queue = co_await queue_.check(repair);
    if (!queue)
        co_return queue.error();
    add(findings, "queue", *queue, repair);
    co_return findings;
}

Awaitable<Result<>> EngineStore::check_account(AccountId id, bool repair, Findings& findings)
{
    const auto account = co_await mail_account(id);
    if (!account && account.error().code() == Errc::NotFound)
        co_return ok(); // being erased: sweep ends it
    if (!account && account.error().code() != Errc::Corrupt)
        co_return account.error();
    if (!account) {
        findings.push_back({to_string(id), account.error().detail(), false});
        co_return ok();
    }
    const auto found = co_await (*account)->check(repair);
    if (!found)
        co_return found.error();
    std::vector<std::string> left;
    if (repair) { // what a repair cannot mend is found again
        auto again = co_await (*account)->check(false);
        if (!again)
            co_return again.error();
        left = std::move(*again);
    }
    for (const auto& what : *found) {
        const bool stays = std::find(left.begin(), left.end(), what) != left.end();
        findings.push_back({to_string(id), what, repair && !stays});
    }
    co_return co_await check_known(*account, repair, findings);
}

Awaitable<Result<>> EngineStore::check_known(std::shared_ptr<MailAccount> account, bool repair,
                                             Findings& findings)
{
    const auto known = co_await directory_.is_known(account->id());
    if (!known)
        co_return known.error();
    if (*known || account->created() + kNewAccount > clock_.now())
        co_return ok();
    const auto usage = co_await account->usage();
    const bool is_empty = usage && usage->messages == 0;
    if (repair && is_empty) {
        const auto erased = co_await erase_account(account->id());
        if (!erased)
            co_return erased.error();
    }
    findings.push_back({to_string(account->id()), "no user has this account", repair && is_empty});
    co_return ok();
}

Awaitable<Result<std::vector<Finding>>> EngineStore::scrub()
{
    Findings findings;
    if (const auto rows = engine_->verify(); !rows)
        findings.push_back({"rows", to_string(rows.error()), false});
    for (const auto kind : {keys::kAccountKind, keys::kQueueKind}) {
        EveryPartition partitions(*engine_, std::string(1, kind));
        for (;;) {
            const auto partition = co_await partitions.next();
            if (!partition)
                co_return partition.error();
            if (partition->empty())
                break;
            const auto scrubbed = co_await scrub_partition(*partition, findings);
            if (!scrubbed)
                co_return scrubbed.error();
        }
    }
    for (const auto& partition : shared_partitions()) {
        const auto scrubbed = co_await scrub_partition(partition, findings);
        if (!scrubbed)
            co_return scrubbed.error();
    }
    co_return findings;
}

Awaitable<Result<>> EngineStore::scrub_partition(Partition partition, Findings& findings)
{
    const auto rows = co_await scrub_rows(partition, findings);
    if (!rows)
        co_return rows.error();
    BlobId after{};
    for (;;) {
        const auto blobs = co_await engine_->blobs(partition, after, kRowsAPage);
        if (!blobs)
            co_return blobs.error();
        for (const auto& blob : *blobs) {
            const auto scrubbed = co_await scrub_body(partition, blob, findings);
            if (!scrubbed)
                co_return scrubbed.error();
        }
        if (blobs->size() < kRowsAPage)
            co_return ok();
        after = blobs->back();
    }
}

/// The bodies in rows. One that cannot be read fails the page it is in; then each is read alone.
Awaitable<Result<>> EngineStore::scrub_rows(Partition partition, Findings& findings)
{
    Range range{keys::inline_bodies(), "", kRowsAPage};
    for (;;) {
        Query query;
        query.ranges.push_back(range);
        const auto answer = co_await engine_->read(partition, std::move(query));
        if (!answer && answer.error().code() != Errc::Corrupt)
            co_return answer.error();
        if (!answer) {
            findings.push_back({name_of_partition(partition),
                                "an inline body: " + answer.error().detail(), false});
            co_return ok();
        }
        const auto& page = answer->pages[0];
        for (const auto& row : page.rows) {
            const auto blob = keys::blob_of(row.key);
            if (!decode_inline_body(row.value))
                findings.push_back({name_of_partition(partition),
                                    "body " + (blob ? to_string(*blob) : "?") + " is damaged",
                                    false});
        }
        if (!page.more)
            co_return ok();
        range.after = page.rows.back().key;
    }
}

Awaitable<Result<>> EngineStore::scrub_body(Partition owner, BlobId blob, Findings& findings)
{
    std::uint64_t offset = 0;
    for (;;) {
        const auto octets = co_await engine_->blob_get(owner, blob, offset, kBlobChunkOctets);
        if (octets && octets->size() < kBlobChunkOctets)
            co_return ok();
        if (!octets && octets.error().code() == Errc::Unavailable)
            co_return octets.error();
        if (!octets) {
            findings.push_back({name_of_partition(owner),
                                "body " + to_string(blob) + ": " + octets.error().detail(), false});
            co_return ok();
        }
        offset += octets->size();
    }
}

Awaitable<Result<>> EngineStore::compact()
{
    co_return engine_->compact();
}

} // namespace mailctl::store
