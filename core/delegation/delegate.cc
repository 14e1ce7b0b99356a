// Reads what users gave others, and whether it holds.
#include "core/delegation/delegate.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "core/settings/own_settings.h"
#include "store/store.h"

namespace mailctl::delegation {
namespace {

// DO NOT CHANGE: on disk since 0.1
constexpr std::pair<conf::Delegation, std::string_view> kNames[] = {
    {conf::Delegation::Off, "off"},
    {conf::Delegation::OnBehalf, "on-behalf"},
    {conf::Delegation::SendAs, "send-as"}};

} // namespace

std::string_view name_of(conf::Delegation one)
{
    return kNames[static_cast<std::size_t>(one)].second;
}

std::string to_string(const Delegate& one)
{
    return mailctl::to_string(one.account) + ' ' + std::string(name_of(one.as)) + ' ' +
           to_rfc3339(one.since);
}

Result<Delegate> parse_delegate(std::string_view line)
{
    const auto parts = ascii::split(line, ' ');
    if (parts.size() < 3) // a later version may add to it
        return Error(Errc::Invalid, "a delegate's line has three parts");
    Delegate one;
    TRY(one.account, parse_account_id(parts[0]));
    const auto name = std::find_if(std::begin(kNames), std::end(kNames),
                                   [&](const auto& known) { return known.second == parts[1]; });
    if (name == std::end(kNames))
        return Error(Errc::Invalid, "neither send-as nor on-behalf");
    one.as = name->first;
    TRY(one.since, parse_rfc3339(parts[2]));
    return one;
}

std::vector<Delegate> delegates_of(const store::User& owner)
{
    std::vector<Delegate> all;
    for (const auto& line : owner.delegates)
        if (const auto one = parse_delegate(line))
            all.push_back(*one);
    return all;
}

conf::Delegation given_to(const store::User& owner, AccountId account)
{
    for (const Delegate& one : delegates_of(owner))
        if (one.account == account)
            return one.as;
    return conf::Delegation::Off;
}

Awaitable<Result<conf::Delegation>> allowed_to_give(store::Store& store, const conf::Config& config,
                                                    const store::User& owner)
{
    std::string name = owner.address.domain;
    const auto domain = co_await store.directory().find_domain(std::move(name));
    if (!domain)
        co_return domain.error();
    if (!domain->enabled || !owner.may_receive(store.clock().now()))
        co_return conf::Delegation::Off;
    co_return settings::own_settings(config, *domain, owner).user.delegation;
}

Awaitable<Result<conf::Delegation>> right_of(store::Store& store, const conf::Config& config,
                                             const store::User& owner, AccountId account)
{
    const auto given = given_to(owner, account);
    if (given == conf::Delegation::Off)
        co_return given;
    const auto allowed = co_await allowed_to_give(store, config, owner);
    if (!allowed)
        co_return allowed.error();
    co_return std::min(given, *allowed);
}

} // namespace mailctl::delegation
