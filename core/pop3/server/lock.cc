// Taking, clearing and releasing mailbox locks.
#include "core/pop3/server/lock.h"

namespace mailctl::pop3 {
namespace {

constexpr std::size_t kMostRemembered = 100'000;

} // namespace

Locks::Lock::~Lock()
{
    locks_->release(account_, number_);
}

bool Locks::Lock::is_held() const
{
    return locks_->is_held(account_, number_);
}

std::unique_ptr<Locks::Lock> Locks::take(AccountId account, std::string holder, Time now)
{
    const std::lock_guard lock(mutex_);
    if (held_.contains(account))
        return nullptr;
    const std::uint64_t number = next_++;
    held_[account] = {number, std::move(holder), now};
    return std::make_unique<Lock>(shared_from_this(), account, number);
}

std::vector<Locks::View> Locks::list() const
{
    const std::lock_guard lock(mutex_);
    std::vector<View> out;
    for (const auto& [account, held] : held_)
        out.push_back({account, held.holder, held.since});
    return out;
}

bool Locks::clear(AccountId account)
{
    const std::lock_guard lock(mutex_);
    return held_.erase(account) != 0;
}

void Locks::release(AccountId account, std::uint64_t number)
{
    const std::lock_guard lock(mutex_);
    const auto it = held_.find(account);
    if (it != held_.end() && it->second.number == number)
        held_.erase(it);
}

bool Locks::is_held(AccountId account, std::uint64_t number) const
{
    const std::lock_guard lock(mutex_);
    const auto it = held_.find(account);
    return it != held_.end() && it->second.number == number;
}

bool Locks::is_too_soon(AccountId account, milliseconds delay, Time now)
{
    if (delay.count() <= 0)
        return false;
    const std::lock_guard lock(mutex_);
    const auto it = last_login_.find(account);
    if (it != last_login_.end() && it->second + delay > now)
        return true;
    if (last_login_.size() >= kMostRemembered)
        std::erase_if(last_login_, [&](const auto& entry) { return entry.second + delay <= now; });
    last_login_[account] = now;
    return false;
}

const std::shared_ptr<Locks>& locks()
{
    static const auto registry = std::make_shared<Locks>();
    return registry;
}

} // namespace mailctl::pop3
