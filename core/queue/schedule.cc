// The arithmetic of retries.
#include "core/queue/schedule.h"

#include <algorithm>

namespace mailctl::queue {
namespace {

bool is_late(const store::QueueEntry& entry, const route::Choice& choice, Time now)
{
    return choice.delay_notices != conf::DelayNotices::Never && choice.delay_notice.count() > 0 &&
           now >= entry.start() + choice.delay_notice;
}

} // namespace

milliseconds retry_wait(const std::vector<milliseconds>& retry, unsigned attempts,
                        unsigned jitter_percent, Random& random)
{
    if (retry.empty())
        return std::chrono::minutes(5);
    const std::size_t index = std::min<std::size_t>(std::max(attempts, 1U) - 1, retry.size() - 1);
    const milliseconds wait = retry[index];
    const auto span =
        static_cast<std::uint64_t>(wait.count()) * std::min(jitter_percent, 100U) / 100;
    if (span == 0)
        return wait;
    const auto shift = static_cast<std::int64_t>(random.next_u64() % (2 * span + 1));
    return wait + milliseconds(shift - static_cast<std::int64_t>(span));
}

Time expiry_of(const store::QueueEntry& entry, const route::Choice& choice)
{
    return entry.expires ? *entry.expires : entry.start() + choice.lifetime;
}

bool is_delay_due(const store::QueueEntry& entry, const store::QueueRecipient& recipient,
                  const route::Choice& choice, Time now)
{
    return !recipient.delay_told && is_late(entry, choice, now);
}

bool is_delay_told(const store::QueueEntry& entry, const store::QueueRecipient& recipient,
                   const route::Choice& choice, Time now)
{
    const bool again = choice.delay_notices == conf::DelayNotices::Each;
    return (again || !recipient.delay_told) && is_late(entry, choice, now);
}

} // namespace mailctl::queue
