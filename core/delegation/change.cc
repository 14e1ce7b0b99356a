// Changes who may send as a user.
#include "core/delegation/change.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "core/activity/activity.h"
#include "core/address/address.h"
#include "core/base/log.h"
#include "store/account.h"
#include "store/metadata.h"
#include "store/store.h"

namespace mailctl::delegation {
namespace {

using Delegates = std::vector<Delegate>;

conf::Delegation right_in(const Delegates& all, AccountId account)
{
    const auto one = std::find_if(all.begin(), all.end(),
                                  [account](const Delegate& d) { return d.account == account; });
    return one == all.end() ? conf::Delegation::Off : one->as;
}

/// "ann@example.org"; of an erased user the id.
Awaitable<Result<std::string>> written(store::Store& store, AccountId account)
{
    const auto user = co_await store.directory().find_account(account);
    if (!user && user.error().code() != Errc::NotFound)
        co_return user.error();
    co_return user ? address::to_string(user->address) : mailctl::to_string(account);
}

/// Delegates whose accounts are no more.
Awaitable<Result<std::vector<AccountId>>> erased_of(store::Store& store, const store::User& owner)
{
    std::vector<AccountId> erased;
    for (const Delegate& one : delegates_of(owner)) {
        const auto user = co_await store.directory().find_account(one.account);
        if (!user && user.error().code() != Errc::NotFound)
            co_return user.error();
        if (!user)
            erased.push_back(one.account);
    }
    co_return erased;
}

void apply(const Grant& grant, Time now, Delegates& all)
{
    if (right_in(all, grant.account) == grant.as)
        return; // "since" stays
    std::erase_if(all, [&](const Delegate& one) { return one.account == grant.account; });
    if (grant.as != conf::Delegation::Off)
        all.push_back({grant.account, grant.as, now});
}

Delegates wished(const Wish& wish, const std::vector<AccountId>& erased, Time now, Delegates all)
{
    const auto is_named = [&](AccountId account) {
        return std::any_of(wish.grants.begin(), wish.grants.end(),
                           [account](const Grant& one) { return one.account == account; });
    };
    std::erase_if(all, [&](const Delegate& one) {
        if (std::find(erased.begin(), erased.end(), one.account) != erased.end())
            return true;
        const bool is_list = one.as == conf::Delegation::SendAs ? wish.only_these_send_as
                                                                : wish.only_these_on_behalf;
        return is_list && !is_named(one.account);
    });
    for (const Grant& grant : wish.grants)
        apply(grant, now, all);
    return all;
}

/// Lines that this version does not read stay as they are.
void put_lines(const Delegates& all, std::vector<std::string>& lines)
{
    std::erase_if(lines, [](const std::string& line) { return parse_delegate(line).has_value(); });
    for (const Delegate& one : all)
        lines.push_back(to_string(one));
}

/// A wish may repeat what there is, also what is not allowed any more.
Result<> check_allowed(const Wish& wish, const store::User& owner, conf::Delegation allowed)
{
    for (const Grant& grant : wish.grants)
        if (grant.as > allowed && given_to(owner, grant.account) != grant.as)
            return Error(Errc::Denied, "user.delegation is \"" + std::string(name_of(allowed)) +
                                           "\" for " + address::to_string(owner.address));
    return ok();
}

Awaitable<Result<std::vector<Changed>>> differences(store::Store& store, const Delegates& before,
                                                    const Delegates& after)
{
    std::vector<Changed> out;
    Delegates all = after;
    for (const Delegate& one : before)
        if (right_in(after, one.account) == conf::Delegation::Off)
            all.push_back(one);
    for (const Delegate& one : all) {
        const auto was = right_in(before, one.account), is = right_in(after, one.account);
        if (was == is)
            continue;
        CO_TRY(auto name, co_await written(store, one.account));
        out.push_back({std::move(name), was, is});
    }
    co_return out;
}

/// LOG-13
Awaitable<> record(store::Store& store, const store::User& owner, const Changed& one, Origin origin)
{
    store::Activity activity;
    activity.kind = store::ActivityKind::Delegate;
    activity.what = name_of(one.after);
    activity.service = origin.service;
    activity.peer = origin.peer;
    activity.addresses = {one.delegate};
    co_await activity::record(store, owner.account, std::move(activity));
}

/// Removing what is not kept there is a change that is told all the same: RFC 5465 §5.7
Awaitable<> tell_clients(store::Store& store, AccountId owner)
{
    const auto account = co_await store.account(owner);
    if (!account)
        co_return;
    std::vector<store::MetadataEntry> entries{{std::string(kSendAsEntry), std::nullopt},
                                              {std::string(kOnBehalfEntry), std::nullopt}};
    const MailboxId server{};
    const auto told =
        co_await (*account)->metadata().set_entries(server, owner, std::move(entries));
    if (!told)
        log::warn("auth", "clients are not told of a delegation",
                  {{"account", mailctl::to_string(owner)}, {"why", to_string(told.error())}});
}

} // namespace

Awaitable<Result<AccountId>> find_delegate(store::Store& store, const store::User& owner,
                                           std::string address)
{
    CO_TRY(auto parsed, address::parse(address));
    const Error none(Errc::NotFound, address::to_string(parsed) + " is no user of this server");
    std::string name = parsed.domain;
    const auto domain = co_await store.directory().find_domain(std::move(name));
    if (!domain)
        co_return domain.error().code() == Errc::NotFound ? none : domain.error();
    parsed = address::folded(parsed);
    parsed.domain = domain->name;
    const auto entry = co_await store.directory().find(std::move(parsed));
    if (!entry)
        co_return entry.error().code() == Errc::NotFound ? none : entry.error();
    const auto* user = std::get_if<store::User>(&*entry);
    if (user == nullptr || user->state == store::UserState::Removed)
        co_return none;
    if (user->account == owner.account)
        co_return Error(Errc::Invalid, "a user needs no leave of its own");
    co_return user->account;
}

Awaitable<Result<std::vector<Changed>>> change_delegates(store::Store& store,
                                                         const conf::Config& config,
                                                         store::User owner, Wish wish,
                                                         Origin origin)
{
    CO_TRY(const auto allowed, co_await allowed_to_give(store, config, owner));
    CO_TRY(auto erased, co_await erased_of(store, owner));
    auto before = std::make_shared<Delegates>();
    auto after = std::make_shared<Delegates>();
    const Time now = store.clock().now();
    std::function<Result<>(store::User&)> change = [=](store::User& user) -> Result<> {
        TRY_VOID(check_allowed(wish, user, allowed));
        *before = delegates_of(user);
        *after = wished(wish, erased, now, *before);
        if (after->size() > kMaxDelegates && after->size() > before->size())
            return Error(Errc::OverQuota,
                         "a user has at most " + std::to_string(kMaxDelegates) + " delegates");
        put_lines(*after, user.delegates);
        return ok();
    };
    const auto updated = co_await store.directory().update_user(owner.address, std::move(change));
    if (!updated)
        co_return updated.error();
    CO_TRY(auto changed, co_await differences(store, *before, *after));
    if (changed.empty())
        co_return changed;
    const auto wanted = co_await activity::is_recorded(store, config, *updated);
    if (wanted && *wanted)
        for (const Changed& one : changed)
            co_await record(store, *updated, one, origin);
    co_await tell_clients(store, updated->account);
    co_return changed;
}

Awaitable<Result<std::vector<std::string>>> addresses_of(store::Store& store,
                                                         const store::User& owner,
                                                         conf::Delegation as)
{
    std::vector<std::string> addresses;
    for (const Delegate& one : delegates_of(owner)) {
        if (one.as != as)
            continue;
        const auto user = co_await store.directory().find_account(one.account);
        if (user)
            addresses.push_back(address::to_string(user->address));
        else if (user.error().code() != Errc::NotFound)
            co_return user.error();
    }
    co_return addresses;
}

} // namespace mailctl::delegation
