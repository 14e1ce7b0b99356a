// Appending to, syncing and reading the segments of the body log.
#include "store/body_log/body_log.h"

#include <algorithm>
#include <charconv>

#include "core/base/log.h"

namespace mailctl::store {
namespace {

/// How far a segment is extended at a time, so that a sync rarely has to store a new length.
constexpr std::uint64_t kAllocationOctets = 8ULL << 20;

} // namespace

std::string body_segment_name(std::uint32_t number)
{
    const std::string digits = std::to_string(number);
    return std::string(8 - std::min<std::size_t>(8, digits.size()), '0') + digits + ".log";
}

std::uint32_t body_segment_number(std::string_view name)
{
    if (name.size() < 12 || !name.ends_with(".log"))
        return 0;
    name.remove_suffix(4);
    std::uint32_t number = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
    return parsed.ec == std::errc() && parsed.ptr == name.data() + name.size() ? number : 0;
}

Result<std::unique_ptr<BodyLog>> BodyLog::open(Options options)
{
    std::unique_ptr<BodyLog> log(new BodyLog(std::move(options)));
    TRY_VOID(log->load());
    return log;
}

Result<> BodyLog::load()
{
    if (!options_.read_only)
        TRY_VOID(options_.disk->make_folder(options_.folder));
    TRY(const auto names, options_.disk->list(options_.folder));
    for (const auto& name : names) {
        const auto number = body_segment_number(name);
        if (number == 0)
            continue;
        const auto path = options_.folder / name;
        TRY(auto file, options_.disk->open(path, options_.read_only ? Disk::Access::Read
                                                                    : Disk::Access::Write));
        TRY(const auto end, file->end_of_data());
        auto segment = std::make_shared<BodySegment>(number, path, std::move(file));
        segment->end = end;
        segments_.emplace(number, std::move(segment));
        next_number_ = std::max(next_number_, number + 1);
    }
    // The last segment goes on after everything that can ever have been written to it.
    if (!options_.read_only && !segments_.empty()) {
        const auto& last = segments_.rbegin()->second;
        if (last->end < options_.segment_octets) {
            TRY(allocated_, last->file->size());
            active_ = last;
        }
    }
    return ok();
}

BodyLog::~BodyLog()
{
    if (active_ && allocated_ > active_->end)
        if (const auto cut = active_->file->truncate(active_->end); !cut)
            log::warn("store", "body_log_not_truncated", {{"why", cut.error().detail()}});
}

Result<> BodyLog::roll()
{
    if (active_ && allocated_ > active_->end)
        TRY_VOID(active_->file->truncate(active_->end));
    active_.reset();
    const auto number = next_number_;
    const auto path = options_.folder / body_segment_name(number);
    TRY(auto file, options_.disk->open(path, Disk::Access::Create));
    ++next_number_;
    active_ = std::make_shared<BodySegment>(number, path, std::move(file));
    segments_.emplace(number, active_);
    allocated_ = 0;
    return ok();
}

Result<AppendedBody> BodyLog::reserve(std::size_t octets)
{
    const std::lock_guard lock(mutex_);
    if (!active_ || active_->failed || active_->end + octets > options_.segment_octets)
        TRY_VOID(roll());
    const std::uint64_t offset = active_->end;
    if (offset + octets > allocated_) {
        const auto wanted = offset + std::max<std::uint64_t>(octets, kAllocationOctets);
        TRY_VOID(active_->file->allocate(wanted));
        allocated_ = wanted;
    }
    active_->end = offset + octets;
    AppendedBody appended;
    appended.place.segment = active_->number;
    appended.place.offset = static_cast<std::uint32_t>(offset);
    appended.place.octets = static_cast<std::uint32_t>(octets);
    appended.pin = BodyPin(active_);
    return appended;
}

Result<AppendedBody> BodyLog::append(std::string_view record)
{
    if (options_.read_only)
        return Error(Errc::Denied, "the store is open for reading only");
    TRY(auto appended, reserve(record.size()));
    const auto segment = find(appended.place.segment);
    TRY_VOID(segment->file->write_at(appended.place.offset, record));
    // Not before the write: a sync between the two would not cover it.
    mark_dirty(segment);
    return appended;
}

void BodyLog::mark_dirty(const std::shared_ptr<BodySegment>& segment)
{
    const std::lock_guard lock(mutex_);
    if (std::ranges::find(dirty_, segment) == dirty_.end())
        dirty_.push_back(segment);
}

Result<> BodyLog::sync()
{
    std::vector<std::shared_ptr<BodySegment>> dirty;
    {
        const std::lock_guard lock(mutex_);
        dirty.swap(dirty_);
    }
    Result<> result;
    for (const auto& segment : dirty) {
        auto synced = segment->file->sync();
        if (synced)
            continue;
        // The kernel forgets failed pages: a later sync that succeeds would prove nothing.
        segment->failed = true;
        log::error("store", "body_log_sync_failed", {{"why", synced.error().detail()}});
        result = std::move(synced);
    }
    return result;
}

void BodyLog::write_back()
{
    std::shared_ptr<BodySegment> segment;
    {
        const std::lock_guard lock(mutex_);
        segment = active_;
    }
    if (!segment)
        return;
    const std::uint64_t end = segment->end;
    const std::uint64_t start = segment->written_back.exchange(end);
    if (start < end)
        segment->file->write_back(start, end - start);
}

std::shared_ptr<BodySegment> BodyLog::find(std::uint32_t number) const
{
    const std::lock_guard lock(mutex_);
    const auto found = segments_.find(number);
    return found == segments_.end() ? nullptr : found->second;
}

Result<std::string> BodyLog::read(const BodyPlace& place) const
{
    const auto segment = find(place.segment);
    if (!segment)
        return Error(Errc::NotFound, "no segment " + std::to_string(place.segment));
    std::string record;
    TRY_VOID(segment->file->read_at(place.offset, place.octets, record));
    return record;
}

void BodyLog::count_live(const BodyPlace& place, bool live)
{
    if (const auto segment = find(place.segment))
        segment->live += live ? std::int64_t{place.octets} : -std::int64_t{place.octets};
}

void BodyLog::count_live(const std::vector<BodyPlace>& places)
{
    const std::lock_guard lock(mutex_);
    for (const auto& place : places)
        if (const auto found = segments_.find(place.segment); found != segments_.end())
            found->second->live += place.octets;
}

std::vector<std::shared_ptr<BodySegment>> BodyLog::sparse() const
{
    std::vector<std::shared_ptr<BodySegment>> found;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [number, segment] : segments_)
            if (segment != active_ && segment->pins == 0 && !segment->damaged &&
                segment->live * 2 < static_cast<std::int64_t>(segment->end.load()))
                found.push_back(segment);
    }
    std::ranges::sort(found, {}, [](const auto& segment) { return segment->live.load(); });
    return found;
}

Result<> BodyLog::retire(const std::shared_ptr<BodySegment>& segment)
{
    {
        const std::lock_guard lock(mutex_);
        segments_.erase(segment->number);
    }
    return options_.disk->remove(segment->path);
}

std::vector<std::shared_ptr<BodySegment>> BodyLog::segments() const
{
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<BodySegment>> all;
    for (const auto& [number, segment] : segments_)
        all.push_back(segment);
    return all;
}

} // namespace mailctl::store
