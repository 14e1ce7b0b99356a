// A sliding window for each rule and address.
#include "core/auth/ban_rules.h"

#include <algorithm>
#include <utility>

namespace mailctl::auth {

std::string_view word_of(conf::BanTrigger trigger)
{
    switch (trigger) {
    case conf::BanTrigger::FailedLogin:
        return "failed_login";
    case conf::BanTrigger::BadCommand:
        return "bad_command";
    case conf::BanTrigger::UnknownRecipient:
        return "unknown_recipient";
    case conf::BanTrigger::EmptySession:
        return "empty_session";
    case conf::BanTrigger::Connection:
        return "connection";
    case conf::BanTrigger::Trap:
        return "trap";
    }
    return "";
}

void BanRules::configure(std::vector<conf::BanRule> rules)
{
    const std::lock_guard lock(mutex_);
    std::vector<Counter> fresh(rules.size());
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto same = std::find_if(counters_.begin(), counters_.end(),
                                       [&](const Counter& old) { return old.rule == rules[i]; });
        if (same != counters_.end())
            fresh[i].times = std::exchange(same->times, {});
        fresh[i].rule = std::move(rules[i]);
    }
    counters_ = std::move(fresh);
}

void BanRules::shrink(Counter& counter, Time now)
{
    if (counter.times.size() < kMostCounted)
        return;
    std::erase_if(counter.times, [&](const auto& entry) {
        return entry.second.empty() || entry.second.back() + counter.rule.window <= now;
    });
    if (counter.times.size() >= kMostCounted)
        counter.times.erase(counter.times.begin());
}

std::optional<milliseconds> BanRules::count(conf::BanTrigger trigger, const std::string& address,
                                            Time now)
{
    const std::lock_guard lock(mutex_);
    std::optional<milliseconds> ban;
    for (Counter& counter : counters_) {
        if (counter.rule.trigger != trigger)
            continue;
        shrink(counter, now);
        auto& times = counter.times[address];
        while (!times.empty() && times.front() + counter.rule.window <= now)
            times.pop_front();
        times.push_back(now);
        if (times.size() < counter.rule.count)
            continue;
        counter.times.erase(address);
        ban = std::max(ban.value_or(milliseconds(0)), counter.rule.ban);
    }
    return ban;
}

std::size_t BanRules::counted() const
{
    const std::lock_guard lock(mutex_);
    std::size_t sum = 0;
    for (const Counter& counter : counters_)
        sum += counter.times.size();
    return sum;
}

} // namespace mailctl::auth
