// Counting failures in a sliding window.
#include "core/auth/throttle.h"

#include <algorithm>

namespace mailctl::auth {
namespace {

constexpr std::size_t kMostGood = 200'000;

std::string pair_key(const std::string& address, const std::string& account)
{
    return address + '\n' + account;
}

void remember(std::unordered_map<std::string, Time>& times, const std::string& key, Time now, milliseconds keep)
{
    if (times.size() >= kMostGood) {
        std::erase_if(times, [&](const auto& entry) { return entry.second + keep <= now; });
        if (times.size() >= kMostGood)
            times.erase(times.begin());
    }
    times[key] = now;
}

bool is_recent(const std::unordered_map<std::string, Time>& times, const std::string& key, Time now,
               milliseconds keep)
{
    const auto it = times.find(key);
    return it != times.end() && it->second + keep > now;
}

} // namespace

void Throttle::configure(conf::BanSettings settings)
{
    const std::lock_guard lock(mutex_);
    settings_ = std::move(settings);
}

milliseconds Throttle::delay_after(std::size_t failures) const
{
    milliseconds delay = settings_.delay;
    for (std::size_t i = 1; i < failures && delay < settings_.max_delay; ++i)
        delay *= 2;
    return std::min(delay, settings_.max_delay);
}

void Throttle::shrink(Records& records, Time now) const
{
    if (records.size() < kMostThrottled)
        return;
    std::erase_if(records, [&](const auto& entry) {
        const Record& record = entry.second;
        return record.locked_until <= now &&
               (record.misses.empty() || record.misses.back().at + settings_.window <= now);
    });
    if (records.size() >= kMostThrottled)
        records.erase(records.begin());
}

Throttle::Counted Throttle::count(Records& records, const std::string& key, const Failure& failure)
{
    shrink(records, failure.at);
    Record& record = records[key];
    std::erase_if(record.misses, [&](const Miss& miss) { return miss.at + settings_.window <= failure.at; });
    if (record.misses.empty())
        record.wrong.clear();
    const std::string tried = failure.account + '\n' + failure.secret;
    const bool is_repeated =
        !failure.secret.empty() && std::find(record.wrong.begin(), record.wrong.end(), tried) != record.wrong.end();
    const bool is_new = !is_repeated || record.misses.empty();
    if (is_new)
        record.misses.push_back({failure.at, failure.address});
    if (!is_repeated && !failure.secret.empty()) {
        if (record.wrong.size() == kMostWrongRemembered)
            record.wrong.erase(record.wrong.begin());
        record.wrong.push_back(tried);
    }
    return {record.misses.size(), is_new};
}

Throttle::Verdict Throttle::failed(const Failure& failure)
{
    const std::lock_guard lock(mutex_);
    Verdict verdict;
    std::size_t most = 1;
    if (!failure.address.empty()) {
        const auto [failures, is_new] = count(addresses_, failure.address, failure);
        verdict.is_new = is_new;
        most = std::max(most, failures);
        if (settings_.enabled && failures >= settings_.failures &&
            !is_recent(good_, failure.address, failure.at, settings_.good_login_protects)) {
            verdict.ban = true;
            addresses_.erase(failure.address);
        }
    }
    if (!failure.account.empty()) {
        const auto [failures, is_new] = count(accounts_, failure.account, failure);
        if (failure.address.empty()) // nothing else remembers it
            verdict.is_new = is_new;
        most = std::max(most, failures);
        if (settings_.enabled && settings_.account_failures != 0 && failures >= settings_.account_failures) {
            Record& record = accounts_[failure.account];
            record.misses.clear();
            record.locked_until = failure.at + settings_.account_lock;
            verdict.locked = true;
        }
    }
    verdict.delay = delay_after(most);
    return verdict;
}

void Throttle::succeeded(const std::string& address, const std::string& account, Time now)
{
    const std::lock_guard lock(mutex_);
    remember(good_accounts_, pair_key(address, account), now, settings_.good_login_protects);
    if (!address.empty())
        remember(good_, address, now, settings_.good_login_protects);
    const auto it = accounts_.find(account);
    if (it == accounts_.end())
        return;
    std::erase_if(it->second.misses, [&](const Miss& miss) { return miss.address == address; });
    if (it->second.misses.empty() && it->second.locked_until <= now)
        accounts_.erase(it);
}

bool Throttle::is_known_good(const std::string& address, Time now) const
{
    const std::lock_guard lock(mutex_);
    return is_recent(good_, address, now, settings_.good_login_protects);
}

bool Throttle::is_locked(const std::string& account, const std::string& address, Time now) const
{
    const std::lock_guard lock(mutex_);
    const auto it = accounts_.find(account);
    if (it == accounts_.end() || it->second.locked_until <= now)
        return false;
    return !is_recent(good_accounts_, pair_key(address, account), now, settings_.good_login_protects);
}

std::vector<Throttle::Lock> Throttle::locks(Time now) const
{
    const std::lock_guard lock(mutex_);
    std::vector<Lock> out;
    for (const auto& [account, record] : accounts_)
        if (record.locked_until > now)
            out.push_back({account, record.locked_until});
    std::sort(out.begin(), out.end(), [](const Lock& a, const Lock& b) { return a.account < b.account; });
    return out;
}

bool Throttle::unlock(const std::string& account, Time now)
{
    const std::lock_guard lock(mutex_);
    const auto it = accounts_.find(account);
    if (it == accounts_.end() || it->second.locked_until <= now)
        return false;
    accounts_.erase(it);
    return true;
}

} // namespace mailctl::auth
