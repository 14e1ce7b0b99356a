// Finds each account's rule, and ends what was deleted too long ago.
#include "store/upkeep/store_keeping.h"

#include <optional>
#include <string>
#include <vector>

#include "store/account/account_keys.h"
#include "store/account/records.h"
#include "store/deleted.h"
#include "store/directory.h"
#include "store/upkeep/every_partition.h"

namespace mailctl::store {
namespace {

/// The own setting among the lines of a user or a domain. What does not parse was never accepted.
std::optional<milliseconds> own_setting(const std::vector<std::string>& lines)
{
    for (const auto& line : lines) {
        if (!line.starts_with(kKeepDeletedSetting))
            continue;
        const auto value = line.substr(kKeepDeletedSetting.size());
        if (value == "0")
            return milliseconds(0);
        if (const auto duration = parse_duration(value))
            return *duration;
    }
    return std::nullopt;
}

/// Whether something was deleted, from the cell alone: opening thousands of accounts would push out
/// those in use.
Awaitable<Result<bool>> has_deleted(Engine& engine, Partition partition)
{
    Query query;
    query.keys.push_back(keys::cell());
    const auto answer = co_await engine.read(std::move(partition), std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return false;
    const auto cell = decode_cell(*answer->values[0]);
    co_return cell && !cell->erased && (cell->deleted.messages > 0 || cell->deleted_mailboxes > 0);
}

} // namespace

void StoreKeeping::set_rules(KeepingRules rules)
{
    const std::lock_guard lock(mutex_);
    rules_ = rules;
}

bool StoreKeeping::counts_deleted() const
{
    const std::lock_guard lock(mutex_);
    return rules_.counts_deleted;
}

Awaitable<Result<milliseconds>> StoreKeeping::keep_deleted(AccountId id)
{
    milliseconds rule;
    {
        const std::lock_guard lock(mutex_);
        rule = rules_.deleted;
    }
    const auto user = co_await store_.directory().find_account(id);
    if (!user && user.error().code() == Errc::NotFound)
        co_return rule; // an account that no user names any more, or not yet
    if (!user)
        co_return user.error();
    if (const auto own = own_setting(user->settings))
        co_return *own;
    const auto domain = co_await store_.directory().find_domain(user->address.domain);
    if (!domain && domain.error().code() == Errc::NotFound)
        co_return rule;
    if (!domain)
        co_return domain.error();
    co_return own_setting(domain->settings).value_or(rule);
}

Awaitable<Result<std::uint64_t>> StoreKeeping::purge()
{
    std::uint64_t ended = 0;
    EveryPartition accounts(store_.engine(), std::string(1, keys::kAccountKind));
    for (;;) {
        const auto partition = co_await accounts.next();
        if (!partition)
            co_return partition.error();
        if (partition->empty())
            co_return ended;
        const auto id = keys::account_of(*partition);
        const auto any = co_await has_deleted(store_.engine(), *partition);
        if (!any)
            co_return any.error();
        if (!id || !*any)
            continue;
        const auto kept = co_await keep_deleted(*id);
        if (!kept)
            co_return kept.error();
        const auto account = co_await store_.account(*id);
        if (!account && account.error().code() == Errc::NotFound)
            continue;
        if (!account)
            co_return account.error();
        const auto some = co_await (*account)->deleted().purge(store_.clock().now() - *kept);
        if (!some)
            co_return some.error();
        ended += *some;
    }
}

void StoreKeeping::on_growth(std::function<void(const UsageChange&)> grew)
{
    const std::lock_guard lock(growth_);
    grew_ = std::move(grew);
}

void StoreKeeping::usage_grew(const UsageChange& change)
{
    const std::lock_guard lock(growth_);
    if (grew_)
        grew_(change);
}

} // namespace mailctl::store
