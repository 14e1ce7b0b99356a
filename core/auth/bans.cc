// Looking up, adding and refreshing bans.
#include "core/auth/bans.h"

#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/net/network.h"

namespace mailctl::auth {
namespace {

bool is_v6(std::string_view address)
{
    return address.find(':') != std::string_view::npos;
}

bool is_over(const store::Ban& ban, Time now)
{
    return ban.end && *ban.end <= now;
}

/// The length in "192.0.2.0/24"; that of one address where there is none.
unsigned prefix_of(std::string_view network)
{
    const std::size_t slash = network.find('/');
    if (slash == std::string_view::npos)
        return is_v6(network) ? 128 : 32;
    return ascii::parse_number<unsigned>(network.substr(slash + 1)).value_or(0);
}

Awaitable<> save(std::shared_ptr<BanList> list, store::Store* store, store::Ban ban)
{
    auto saved = co_await store->put_ban(std::move(ban));
    if (!saved)
        log::error("auth", "ban not saved", {{"reason", to_string(saved.error())}});
    (void)list;
}

Awaitable<> refresh_in_background(std::shared_ptr<BanList> list, Time now)
{
    auto done = co_await list->refresh(now);
    if (!done)
        log::error("auth", "ban list not read", {{"reason", to_string(done.error())}});
}

} // namespace

void BanList::refresh_if_old(Time now)
{
    {
        const std::lock_guard lock(mutex_);
        if (read_ + kBanListAge > now && read_ <= now)
            return;
    }
    if (is_refreshing_.exchange(true))
        return;
    boost::asio::co_spawn(workers_, refresh_in_background(shared_from_this(), now), boost::asio::detached);
}

std::optional<store::Ban> BanList::find(std::string_view address, Time now)
{
    refresh_if_old(now);
    const auto parsed = net::Network::parse(address);
    if (!parsed)
        return std::nullopt;
    const std::string text = parsed->text();
    const std::lock_guard lock(mutex_);
    for (const unsigned prefix : is_v6(text) ? prefixes_v6_ : prefixes_v4_) {
        const auto network = net::Network::parse(text + '/' + std::to_string(prefix));
        const auto it = network ? bans_.find(network->text()) : bans_.end();
        if (it == bans_.end() || is_over(it->second, now))
            continue;
        ++hits_[it->first];
        return it->second;
    }
    return std::nullopt;
}

void BanList::set_exec(std::vector<std::string> words)
{
    const std::lock_guard lock(mutex_);
    if (words == exec_words_)
        return;
    exec_words_ = std::move(words);
    told_.clear();
    read_ = {};
}

void BanList::keep(Time now)
{
    {
        const std::lock_guard lock(mutex_);
        if (exec_words_.empty())
            return;
    }
    refresh_if_old(now);
}

/// Under the mutex: what differs from what the command has heard. A new end is a new ban.
void BanList::tell_changes(Time now)
{
    if (exec_words_.empty())
        return;
    for (auto it = told_.begin(); it != told_.end();) {
        const auto ban = bans_.find(it->first);
        if (ban != bans_.end() && !is_over(ban->second, now)) {
            ++it;
            continue;
        }
        if (!exec_->tell(exec_words_, BanExec::What::Lift, it->second))
            return; // what is left is told at a later look
        it = told_.erase(it);
    }
    for (const auto& [network, ban] : bans_) {
        const auto told = told_.find(network);
        if (is_over(ban, now) || (told != told_.end() && told->second.end == ban.end))
            continue;
        if (!exec_->tell(exec_words_, BanExec::What::Ban, ban))
            return;
        told_[network] = ban;
    }
}

void BanList::add(store::Ban ban)
{
    {
        const std::lock_guard lock(mutex_);
        (is_v6(ban.network) ? prefixes_v6_ : prefixes_v4_).insert(prefix_of(ban.network));
        bans_[ban.network] = ban;
        unsaved_[ban.network] = ban.start;
        tell_changes(ban.start);
    }
    boost::asio::co_spawn(workers_, save(shared_from_this(), &store_, std::move(ban)), boost::asio::detached);
}

/// A reading that began before the one in force knows less.
void BanList::take(std::vector<store::Ban> bans, std::uint64_t reading, Time now)
{
    std::unordered_map<std::string, store::Ban> fresh;
    std::set<unsigned> v4, v6;
    for (store::Ban& ban : bans) {
        const auto network = net::Network::parse(ban.network);
        if (!network)
            continue;
        const std::string text = network->text();
        (is_v6(text) ? v6 : v4).insert(prefix_of(text));
        fresh[text] = std::move(ban);
    }
    const std::lock_guard lock(mutex_);
    if (reading < taken_)
        return;
    taken_ = reading;
    // A ban made here may not have reached the store when the list was read.
    for (const auto& [network, start] : std::exchange(unsaved_, {})) {
        if (fresh.contains(network) || !bans_.contains(network))
            continue;
        (is_v6(network) ? v6 : v4).insert(prefix_of(network));
        fresh[network] = bans_[network];
    }
    bans_ = std::move(fresh);
    prefixes_v4_ = std::move(v4);
    prefixes_v6_ = std::move(v6);
    tell_changes(now);
}

Awaitable<Result<>> BanList::refresh(Time now)
{
    std::uint64_t reading = 0;
    {
        const std::lock_guard lock(mutex_);
        reading = ++asked_;
    }
    auto bans = co_await store_.bans();
    bool is_upkeep_due = false;
    {
        const std::lock_guard lock(mutex_);
        read_ = now;
        is_upkeep_due = kept_ + kBanListUpkeep <= now;
        if (is_upkeep_due)
            kept_ = now;
    }
    is_refreshing_ = false;
    if (!bans)
        co_return bans.error();
    take(*std::move(bans), reading, now);
    if (is_upkeep_due)
        co_await upkeep(now);
    co_return ok();
}

Awaitable<> BanList::upkeep(Time now)
{
    std::vector<store::Ban> changed;
    std::vector<std::string> ended;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [network, ban] : bans_) {
            if (is_over(ban, now)) {
                ended.push_back(ban.network);
                continue;
            }
            if (const auto it = hits_.find(network); it != hits_.end()) {
                ban.hits += it->second;
                changed.push_back(ban);
            }
        }
        hits_.clear();
    }
    for (store::Ban& ban : changed) {
        auto saved = co_await store_.put_ban(std::move(ban));
        if (!saved)
            log::warn("auth", "ban hits not saved", {{"reason", to_string(saved.error())}});
    }
    for (std::string& network : ended) {
        auto removed = co_await store_.remove_ban(std::move(network));
        if (!removed)
            log::warn("auth", "ended ban not removed", {{"reason", to_string(removed.error())}});
    }
}

} // namespace mailctl::auth
