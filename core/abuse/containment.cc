// Changes of users and of what they have in the queue.
#include "core/abuse/containment.h"

#include <algorithm>

#include "core/mime/header.h"

namespace mailctl::abuse {
namespace {

using store::QueueEntry;

constexpr std::uint64_t kHeaderOctets = 64 * 1024;

store::QueueFilter entries_of(const std::string& user)
{
    store::QueueFilter filter;
    filter.account = user;
    filter.limit = 0;
    return filter;
}

Awaitable<Result<std::uint64_t>> subject_of(store::Queue& queue, const QueueEntry& entry)
{
    std::string header = entry.inline_body.substr(0, kHeaderOctets);
    if (header.empty()) {
        auto read = co_await queue.read_body(entry, 0, kHeaderOctets);
        if (!read && read.error().code() == Errc::NotFound)
            co_return std::uint64_t{0}; // delivered meanwhile
        if (!read)
            co_return read.error();
        header = *std::move(read);
    }
    header.resize(mime::header_octets(header));
    const auto field = mime::find_field(header, "Subject");
    co_return field ? subject_digest(mime::unfold(*field)) : std::uint64_t{0};
}

} // namespace

std::string containment_mark(std::string_view user)
{
    return "contained: " + std::string(user);
}

std::string detection_marks(std::string_view user)
{
    return "mass mail of " + std::string(user) + ": ";
}

std::string detection_mark(std::string_view user, Detection detection)
{
    return detection_marks(user) + std::string(name_of(detection));
}

Result<> contain(store::User& user, std::string_view reason, Time now)
{
    if (user.state == store::UserState::Removed)
        return Error(Errc::Denied, "is removed; see mailctl user restore");
    std::string text = containment_mark(to_string(user.address));
    if (!reason.empty())
        text += ": " + std::string(reason);
    if (text.size() > store::kMaxReasonOctets)
        return Error(Errc::Invalid, "the reason is over " +
                                        std::to_string(store::kMaxReasonOctets) + " octets long");
    if (!user.contained)
        user.contained = store::Containment{now, user.state, user.reason};
    user.state = store::UserState::NoLogin;
    user.reason = std::move(text);
    return ok();
}

Result<> undo_containment(store::User& user)
{
    if (!user.contained)
        return Error(Errc::NotFound, to_string(user.address) + " is not contained");
    user.state = user.contained->state;
    user.reason = user.contained->reason;
    user.contained.reset();
    return ok();
}

Awaitable<Result<std::uint64_t>> hold_queued(store::Queue& queue, std::string user,
                                             std::string mark, std::uint64_t subject)
{
    store::QueueFilter filter = entries_of(user);
    if (subject != 0)
        filter.limit = kMaxLookedAt;
    const auto entries = co_await queue.list(std::move(filter));
    if (!entries)
        co_return entries.error();
    std::vector<QueueId> ids;
    for (const auto& entry : *entries) {
        if (entry.held)
            continue;
        if (subject != 0) {
            const auto other = co_await subject_of(queue, entry);
            if (!other)
                co_return other.error();
            if (*other != subject)
                continue;
        }
        ids.push_back(entry.id);
    }
    if (ids.empty())
        co_return std::uint64_t{0};
    const std::function<bool(QueueEntry&)> change = [mark](QueueEntry& entry) {
        if (entry.held)
            return false;
        entry.held = true;
        entry.hold_reason = mark;
        return true;
    };
    auto held = co_await queue.update_all(std::move(ids), change);
    queue.wake();
    co_return held;
}

Awaitable<Result<std::uint64_t>> release_queued(store::Queue& queue, std::string user,
                                                std::string mark)
{
    store::QueueFilter filter = entries_of(user);
    filter.state = store::QueueFilter::State::Held;
    const auto entries = co_await queue.list(std::move(filter));
    if (!entries)
        co_return entries.error();
    std::vector<QueueId> ids;
    for (const auto& entry : *entries)
        if (entry.held && entry.hold_reason.starts_with(mark))
            ids.push_back(entry.id);
    if (ids.empty())
        co_return std::uint64_t{0};
    const std::function<bool(QueueEntry&)> change = [mark](QueueEntry& entry) {
        if (!entry.held || !entry.hold_reason.starts_with(mark))
            return false;
        entry.held = false;
        entry.hold_reason.clear();
        return true;
    };
    auto released = co_await queue.update_all(std::move(ids), change);
    queue.wake();
    co_return released;
}

} // namespace mailctl::abuse
