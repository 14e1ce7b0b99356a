// Gives a user another address: the account and all its mail stay.
#include <utility>

#include "store/directory/directory_keys.h"
#include "store/directory/directory_records.h"
#include "store/directory/engine_directory.h"

namespace mailctl::store {
namespace {

/// The user of a stored entry. Errors: NotFound (absent, or an alias), Corrupt.
Result<User> user_in(const std::optional<std::string>& row, const address::Address& address)
{
    if (!row)
        return Error(Errc::NotFound, "no such user: " + address::to_string(address));
    TRY(Entry entry, decode_entry(*row));
    if (auto* user = std::get_if<User>(&entry))
        return std::move(*user);
    return Error(Errc::NotFound, address::to_string(address) + " is an alias");
}

Error taken(const address::Address& address)
{
    return Error(Errc::Exists, "address taken: " + address::to_string(address));
}

/// The old address of a renamed user, as an alias of the new one.
std::string former_alias(const address::Address& from, const address::Address& to, Time now)
{
    Alias alias;
    alias.address = from;
    alias.targets = {address::to_string(to)};
    alias.comment = "former address";
    alias.created = now;
    return encode(Entry(alias));
}

} // namespace

Awaitable<Result<>> EngineDirectory::rename_user(address::Address from, address::Address to,
                                                 FormerAddress former)
{
    to = address::folded(to);
    if (to.local_part.empty() || to.local_part.size() > address::kMaxLocalPartOctets ||
        to.local_part.find('*') != std::string::npos)
        co_return Error(Errc::Invalid, "not a user's address: " + address::to_string(to));
    auto entry = co_await find(from);
    if (!entry)
        co_return entry.error();
    const auto* user = std::get_if<User>(&*entry);
    if (!user)
        co_return Error(Errc::NotFound, address::to_string(from) + " is an alias");
    if (from == to)
        co_return ok();
    const AccountId id = user->account;

    std::vector<address::Address> both{from, to}, after{to};
    auto indexed = co_await set_index(id, std::move(both));
    if (!indexed)
        co_return indexed;
    Awaitable<Result<>> work =
        from.domain == to.domain ? rename_within(from, to, former)
                                    : rename_across(from, to, former);
    auto renamed = co_await std::move(work);
    if (!renamed && is_temporary(renamed.error().code()))
        co_return renamed; // how far it came is open: the index row keeps both
    if (!renamed)
        after = {from};
    auto settled = co_await set_index(id, std::move(after));
    co_return renamed ? settled : renamed;
}

Awaitable<Result<>> EngineDirectory::rename_within(address::Address from, address::Address to,
                                                   FormerAddress former)
{
    const std::string old_key = keys::entry(from), new_key = keys::entry(to);
    Plan plan = [=, this](const Rows& rows) -> Result<std::vector<RowChange>> {
        TRY(User user, user_in(rows[0], from));
        if (rows[1])
            return taken(to);
        user.address = to;
        std::vector<RowChange> changes{{new_key, encode(Entry(user))}};
        if (former == FormerAddress::Freed) {
            changes.emplace_back(old_key, std::nullopt);
            return changes;
        }
        if (!rows[2])
            return Error(Errc::NotFound, "no such domain: " + from.domain);
        TRY(Domain domain, decode_domain(*rows[2]));
        ++domain.alias_count;
        changes.emplace_back(old_key, former_alias(from, to, clock_.now()));
        changes.emplace_back(keys::domain(from.domain), encode(domain));
        return changes;
    };
    std::vector<std::string> keys{old_key, new_key, keys::domain(from.domain)};
    co_return co_await change_shard_of(from.domain, std::move(keys), std::move(plan));
}

/// New entry first, then the old one out. In between both lead to the account, as an alias would;
/// the entry of the same account at the new address is our own work of an earlier run.
Awaitable<Result<>> EngineDirectory::rename_across(address::Address from, address::Address to,
                                                   FormerAddress former)
{
    auto entry = co_await find(from);
    if (!entry)
        co_return entry.error();
    const auto* found = std::get_if<User>(&*entry);
    if (!found)
        co_return Error(Errc::NotFound, address::to_string(from) + " is an alias");
    User moved = *found;
    moved.address = to;
    Plan arrive = [=](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (!rows[0])
            return Error(Errc::NotFound, "no such domain: " + to.domain);
        TRY(Domain domain, decode_domain(*rows[0]));
        if (rows[1]) {
            const auto there = user_in(rows[1], to);
            if (!there || there->account != moved.account)
                return taken(to);
            return std::vector<RowChange>();
        }
        if (domain.limits.users != 0 && domain.users >= domain.limits.users)
            return Error(Errc::OverQuota, to.domain + ": limit of users reached");
        ++domain.users;
        return std::vector<RowChange>{{keys::domain(to.domain), encode(domain)},
                                      {keys::entry(to), encode(Entry(moved))}};
    };
    std::vector<std::string> arrive_keys{keys::domain(to.domain), keys::entry(to)};
    auto arrived = co_await change_shard_of(to.domain, std::move(arrive_keys), std::move(arrive));
    if (!arrived)
        co_return arrived;

    Plan leave = [=, this](const Rows& rows) -> Result<std::vector<RowChange>> {
        const auto there = user_in(rows[1], from);
        if (!rows[0] || !there || there->account != moved.account)
            return std::vector<RowChange>();
        TRY(Domain domain, decode_domain(*rows[0]));
        domain.users -= domain.users > 0 ? 1 : 0;
        std::optional<std::string> left_behind;
        if (former == FormerAddress::Alias) {
            ++domain.alias_count;
            left_behind = former_alias(from, to, clock_.now());
        }
        return std::vector<RowChange>{{keys::domain(from.domain), encode(domain)},
                                      {keys::entry(from), std::move(left_behind)}};
    };
    std::vector<std::string> leave_keys{keys::domain(from.domain), keys::entry(from)};
    co_return co_await change_shard_of(from.domain, std::move(leave_keys), std::move(leave));
}

} // namespace mailctl::store
