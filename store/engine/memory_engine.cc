// Rows and bodies in maps; writes that can be held, lost or made to fail.
#include "store/engine/memory_engine.h"

#include <algorithm>

#include "store/engine/batch.h"

namespace mailctl::store {
namespace {

Page read_range(const std::map<std::string, std::string>& rows, const Range& range)
{
    Page page;
    auto row = range.after > range.prefix ? rows.upper_bound(range.after)
                                          : rows.lower_bound(range.prefix);
    if (row != rows.end() && !range.after.empty() && row->first <= range.after)
        ++row;
    for (; row != rows.end() && row->first.starts_with(range.prefix); ++row) {
        if (page.rows.size() == range.limit) {
            page.more = true;
            break;
        }
        page.rows.push_back({row->first, row->second});
    }
    return page;
}

Error no_blob()
{
    return Error(Errc::NotFound, "no such body");
}

} // namespace

/// Gathers a body; the engine sees it at finish.
class MemoryBlobWriter : public BlobWriter {
public:
    MemoryBlobWriter(MemoryEngine& engine, Partition owner, const BlobId& id)
        : engine_(engine), owner_(std::move(owner)), id_(id)
    {
    }
    Awaitable<Result<>> write(std::string_view octets) override
    {
        body_ += octets;
        co_return ok();
    }
    Awaitable<Result<>> finish() override
    {
        auto write = std::make_unique<MemoryEngine::Write>();
        write->kind = MemoryEngine::Write::Kind::PutBlob;
        write->partition = owner_;
        write->blob = id_;
        write->body = std::move(body_);
        co_return co_await engine_.write(std::move(write));
    }

private:
    MemoryEngine& engine_;
    Partition owner_;
    BlobId id_;
    std::string body_;
};

MemoryEngine::MemoryEngine() : MemoryEngine(std::make_shared<MemoryDisk>()) {}
MemoryEngine::MemoryEngine(std::shared_ptr<MemoryDisk> disk) : disk_(std::move(disk)) {}
MemoryEngine::~MemoryEngine() = default;

Awaitable<Result<>> MemoryEngine::commit(Partition partition, Batch batch)
{
    CO_TRY_VOID(validate(partition, batch));
    auto work = std::make_unique<Write>();
    work->partition = std::move(partition);
    work->batch = std::move(batch);
    co_return co_await write(std::move(work));
}

Awaitable<Result<>> MemoryEngine::drop(Partition partition)
{
    auto work = std::make_unique<Write>();
    work->kind = Write::Kind::Drop;
    work->partition = std::move(partition);
    co_return co_await write(std::move(work));
}

Awaitable<Result<>> MemoryEngine::blob_erase(Partition owner, BlobId id)
{
    auto work = std::make_unique<Write>();
    work->kind = Write::Kind::EraseBlob;
    work->partition = std::move(owner);
    work->blob = id;
    co_return co_await write(std::move(work));
}

Awaitable<Result<>> MemoryEngine::write(std::unique_ptr<Write> work)
{
    bool hold = false;
    {
        const std::lock_guard lock(mutex_);
        hold = holding_;
    }
    if (hold)
        co_return co_await enqueue_and_wait(*this, std::move(work));
    co_return perform(*work);
}

void MemoryEngine::enqueue(std::unique_ptr<Write> work)
{
    {
        const std::lock_guard lock(mutex_);
        if (holding_) {
            held_.push_back(std::move(work));
            return;
        }
    }
    auto result = perform(*work); // released in between
    work->waiter->resume(std::move(result));
}

Result<> MemoryEngine::perform(Write& work)
{
    Failure failure;
    {
        const std::lock_guard lock(mutex_);
        if (++writes_ == write_failure_.at)
            failure = std::exchange(write_failure_, {});
    }
    if (failure.at != 0 && failure.applied == Applied::No)
        return Error(failure.code, "a test made this write fail");
    auto result = apply(work);
    if (failure.at != 0)
        return Error(failure.code, "a test made this write fail");
    return result;
}

Result<> MemoryEngine::apply(Write& work)
{
    {
        const std::lock_guard lock(disk_->mutex);
        switch (work.kind) {
        case Write::Kind::Commit:
            TRY_VOID(apply_commit(work.partition, work.batch));
            break;
        case Write::Kind::Drop:
            disk_->rows.erase(work.partition);
            break;
        case Write::Kind::PutBlob:
            disk_->blobs[{work.partition, work.blob}] = std::move(work.body);
            return ok();
        case Write::Kind::EraseBlob:
            disk_->blobs.erase({work.partition, work.blob});
            return ok();
        }
    }
    watchers_.notify(work.partition);
    return ok();
}

Result<> MemoryEngine::apply_commit(const Partition& partition, Batch& batch)
{
    auto& rows = disk_->rows[partition];
    for (const auto& expectation : batch.expect) {
        const auto row = rows.find(expectation.key);
        const bool holds = expectation.value
                               ? row != rows.end() && row->second == *expectation.value
                               : row == rows.end();
        if (!holds)
            return Error(Errc::Conflict, "an expectation failed");
    }
    for (const auto& prefix : batch.erase_prefix) {
        const auto end = after_prefix(prefix);
        rows.erase(rows.lower_bound(prefix), end.empty() ? rows.end() : rows.lower_bound(end));
    }
    for (const auto& key : batch.erase)
        rows.erase(key);
    for (auto& row : batch.put)
        rows[std::move(row.key)] = std::move(row.value);
    if (rows.empty())
        disk_->rows.erase(partition);
    return ok();
}

Result<> MemoryEngine::begin_read()
{
    const std::lock_guard lock(mutex_);
    if (++reads_ != read_failure_.at)
        return ok();
    const Failure failure = std::exchange(read_failure_, {});
    return Error(failure.code, "a test made this read fail");
}

Awaitable<Result<Answer>> MemoryEngine::read(Partition partition, Query query)
{
    CO_TRY_VOID(begin_read());
    static const std::map<std::string, std::string> kNone;
    const std::lock_guard lock(disk_->mutex);
    const auto found = disk_->rows.find(partition);
    const auto& rows = found == disk_->rows.end() ? kNone : found->second;
    Answer answer;
    for (const auto& key : query.keys) {
        const auto row = rows.find(key);
        answer.values.push_back(row == rows.end() ? std::nullopt : std::optional(row->second));
    }
    for (const auto& range : query.ranges)
        answer.pages.push_back(read_range(rows, range));
    co_return answer;
}

Awaitable<Result<std::vector<Partition>>> MemoryEngine::partitions(std::string prefix,
                                                                   Partition after,
                                                                   std::uint32_t limit)
{
    CO_TRY_VOID(begin_read());
    const std::lock_guard lock(disk_->mutex);
    std::vector<Partition> names;
    for (auto at = disk_->rows.lower_bound(std::max(prefix, after));
         at != disk_->rows.end() && at->first.starts_with(prefix) && names.size() < limit; ++at)
        if (after.empty() || at->first != after)
            names.push_back(at->first);
    co_return names;
}

std::unique_ptr<BlobWriter> MemoryEngine::blob_writer(const Partition& owner, const BlobId& id)
{
    return std::make_unique<MemoryBlobWriter>(*this, owner, id);
}

Awaitable<Result<std::string>> MemoryEngine::blob_get(Partition owner, BlobId id,
                                                      std::uint64_t offset, std::uint64_t length)
{
    CO_TRY_VOID(begin_read());
    const std::lock_guard lock(disk_->mutex);
    const auto found = disk_->blobs.find(std::pair(std::move(owner), id));
    if (found == disk_->blobs.end())
        co_return no_blob();
    const std::string& body = found->second;
    co_return offset < body.size() ? body.substr(offset, length) : std::string();
}

Awaitable<Result<BlobSize>> MemoryEngine::blob_size(Partition owner, BlobId id)
{
    CO_TRY_VOID(begin_read());
    const std::lock_guard lock(disk_->mutex);
    const auto found = disk_->blobs.find(std::pair(std::move(owner), id));
    if (found == disk_->blobs.end())
        co_return no_blob();
    BlobSize size;
    size.octets = found->second.size();
    size.stored_octets = size.octets;
    co_return size;
}

Awaitable<Result<std::vector<BlobId>>> MemoryEngine::blobs(Partition owner, BlobId after,
                                                           std::uint32_t limit)
{
    CO_TRY_VOID(begin_read());
    const std::lock_guard lock(disk_->mutex);
    std::vector<BlobId> ids;
    for (auto at = disk_->blobs.upper_bound(std::pair(owner, after));
         at != disk_->blobs.end() && at->first.first == owner && ids.size() < limit; ++at)
        ids.push_back(at->first.second);
    co_return ids;
}

std::unique_ptr<Watch> MemoryEngine::watch(const Partition& partition,
                                           std::function<void()> changed)
{
    return watchers_.add(partition, std::move(changed));
}

void MemoryEngine::hold()
{
    const std::lock_guard lock(mutex_);
    holding_ = true;
}

std::size_t MemoryEngine::flush()
{
    std::deque<std::unique_ptr<Write>> taken;
    {
        const std::lock_guard lock(mutex_);
        taken.swap(held_);
    }
    for (auto& work : taken) {
        auto result = perform(*work);
        work->waiter->resume(std::move(result));
    }
    return taken.size();
}

void MemoryEngine::release()
{
    {
        const std::lock_guard lock(mutex_);
        holding_ = false;
    }
    flush();
}

std::size_t MemoryEngine::lose_unsynced()
{
    std::deque<std::unique_ptr<Write>> taken;
    {
        const std::lock_guard lock(mutex_);
        taken.swap(held_);
    }
    for (auto& work : taken)
        work->waiter->resume(Error(Errc::InDoubt, "the power was cut"));
    return taken.size();
}

std::size_t MemoryEngine::waiting() const
{
    const std::lock_guard lock(mutex_);
    return held_.size();
}

void MemoryEngine::fail_write(unsigned nth, Errc code, Applied applied)
{
    const std::lock_guard lock(mutex_);
    write_failure_ = Failure{writes_ + nth, code, applied};
}

void MemoryEngine::fail_read(unsigned nth, Errc code)
{
    const std::lock_guard lock(mutex_);
    read_failure_ = Failure{reads_ + nth, code, Applied::No};
}

unsigned MemoryEngine::writes() const
{
    const std::lock_guard lock(mutex_);
    return writes_;
}

unsigned MemoryEngine::reads() const
{
    const std::lock_guard lock(mutex_);
    return reads_;
}

} // namespace mailctl::store
