// Decides whether an entry is one that a filter means.
#include "store/queue/matching.h"

#include <algorithm>

#include "core/address/address.h"
#include "store/queue/queue_keys.h"

namespace mailctl::store {
namespace {

using State = QueueFilter::State;

bool is_pattern(std::string_view text)
{
    return text.find('*') != std::string_view::npos;
}

bool fits(const std::string& wanted, const std::string& text)
{
    return wanted.empty() || address::matches_wildcard(wanted, text);
}

bool is_held(const QueueEntry& entry)
{
    return entry.held || std::any_of(entry.recipients.begin(), entry.recipients.end(),
                                     [](const QueueRecipient& recipient) {
                                         return recipient.state == QueueRecipient::State::Held;
                                     });
}

unsigned most_attempts(const QueueEntry& entry)
{
    unsigned most = 0;
    for (const auto& recipient : entry.recipients)
        most = std::max(most, recipient.attempts);
    return most;
}

bool has_pending(const QueueEntry& entry)
{
    return std::any_of(entry.recipients.begin(), entry.recipients.end(),
                       [](const QueueRecipient& recipient) { return recipient.is_pending(); });
}

bool is_in_state(State state, const QueueEntry& entry, Time now)
{
    switch (state) {
    case State::Any: return true;
    case State::Held: return is_held(entry);
    case State::Waiting: return !entry.held && has_pending(entry) && most_attempts(entry) == 0;
    case State::Retry: return !entry.held && has_pending(entry) && most_attempts(entry) > 0;
    case State::Due: return !entry.held && has_pending(entry) && entry.next_attempt <= now;
    }
    return false;
}

bool fits_age(const QueueFilter& filter, const QueueEntry& entry, Time now)
{
    const auto age = now - entry.arrived;
    return (!filter.older || age >= *filter.older) && (!filter.younger || age <= *filter.younger);
}

bool fits_size(const QueueFilter& filter, std::uint64_t octets)
{
    return (!filter.larger || octets >= *filter.larger) &&
           (!filter.smaller || octets <= *filter.smaller);
}

bool fits_attempts(const QueueFilter& filter, const QueueEntry& entry)
{
    if (!filter.min_attempts && !filter.max_attempts)
        return true;
    const unsigned attempts = most_attempts(entry);
    return attempts >= filter.min_attempts.value_or(0) &&
           (!filter.max_attempts || attempts <= *filter.max_attempts);
}

bool asks_for_recipients(const QueueFilter& filter)
{
    return !filter.to.empty() || !filter.domain.empty() || !filter.error.empty();
}

} // namespace

bool matches_recipient(const QueueFilter& filter, const QueueRecipient& recipient)
{
    if (!fits(filter.to, recipient.address))
        return false;
    if (!filter.domain.empty() && !fits("*@" + filter.domain, recipient.address))
        return false;
    return filter.error.empty() || fits("*" + filter.error + "*", recipient.last_reply);
}

bool matches(const QueueFilter& filter, const QueueEntry& entry, Time now, Among among)
{
    if (filter.id && *filter.id != entry.id)
        return false;
    if (filter.from == "<>" ? !entry.sender.empty() : !fits(filter.from, entry.sender))
        return false;
    if (!fits(filter.account, entry.account) || !fits_age(filter, entry, now) ||
        !fits_size(filter, entry.body.octets) || !fits_attempts(filter, entry))
        return false;
    if (among == Among::Queue && !is_in_state(filter.state, entry, now))
        return false;
    if (!asks_for_recipients(filter))
        return true;
    return std::any_of(entry.recipients.begin(), entry.recipients.end(),
                       [&](const QueueRecipient& recipient) {
                           return (among == Among::History || recipient.is_open()) &&
                                  matches_recipient(filter, recipient);
                       });
}

std::string index_for(const QueueFilter& filter)
{
    if (!filter.domain.empty() && !is_pattern(filter.domain))
        return keys::queue_by_domain(filter.domain);
    if (const auto at = filter.to.rfind('@');
        at != std::string::npos && !is_pattern(filter.to.substr(at + 1)))
        return keys::queue_by_domain(filter.to.substr(at + 1));
    if (filter.state == State::Held)
        return std::string(keys::kQueueHeldPrefix);
    if (filter.from == "<>")
        return keys::queue_by_sender(std::string_view());
    if (!filter.from.empty() && !is_pattern(filter.from))
        return keys::queue_by_sender(filter.from);
    if (!filter.account.empty() && !is_pattern(filter.account))
        return keys::queue_by_account(filter.account);
    return std::string(keys::kQueueEntryPrefix);
}

} // namespace mailctl::store
