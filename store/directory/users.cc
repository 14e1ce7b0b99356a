// Users of the directory: one at a time and by the thousand.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/gather.h"
#include "store/directory/directory_keys.h"
#include "store/directory/directory_records.h"
#include "store/directory/engine_directory.h"

namespace mailctl::store {
namespace {

constexpr std::size_t kUsersPerCommit = 500;
/// Of the entries in one commit: each is expected, put, and shares the batch with its domain.
constexpr std::size_t kOctetsPerCommit = kMaxBatchOctets / 2;

/// Errors: Invalid, saying what is wrong with which field.
Result<> check_fields(const User& user)
{
    const std::string name = address::to_string(user.address);
    const std::string& local = user.address.local_part;
    if (local.empty() || user.address.domain.empty())
        return Error(Errc::Invalid, "a user needs a local part and a domain");
    if (local.size() > address::kMaxLocalPartOctets)
        return Error(Errc::Invalid, name + ": local part over 64 octets"); // RFC 5321 §4.5.3.1.1
    if (name.size() > address::kMaxPathOctets - 2)
        return Error(Errc::Invalid, name + ": address over 254 octets"); // RFC 5321 §4.5.3.1.3
    if (local.find('*') != std::string::npos)
        return Error(Errc::Invalid, name + ": a user cannot be a wildcard");
    if (std::any_of(local.begin(), local.end(), ascii::is_control))
        return Error(Errc::Invalid, ascii::printable(name) + ": control character");
    if (encode(Entry(user)).size() > kMaxValueOctets)
        return Error(Errc::Invalid, name + ": fields over 64 KiB together");
    return ok();
}

Error no_such_user(const address::Address& address)
{
    return Error(Errc::NotFound, "no such user: " + address::to_string(address));
}

} // namespace

struct EngineDirectory::Adding {
    std::vector<User> users;
    std::vector<Result<AccountId>> results;
    bool created(std::size_t i) const { return results[i].has_value(); }
};

Awaitable<Result<AccountId>> EngineDirectory::add_user(User user)
{
    std::vector<User> one;
    one.push_back(std::move(user));
    auto results = co_await add_users(std::move(one));
    co_return results.front();
}

Awaitable<std::vector<Result<AccountId>>> EngineDirectory::add_users(std::vector<User> users)
{
    Adding adding;
    adding.users = std::move(users);
    adding.results.resize(adding.users.size());
    std::map<std::string, std::vector<std::size_t>> domains;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < adding.users.size(); ++i) {
        User& user = adding.users[i];
        user.address = address::folded(user.address);
        if (user.account == AccountId{})
            user.account = new_account_id(random_);
        if (user.created == Time{})
            user.created = clock_.now();
        if (const auto fine = check_fields(user); !fine)
            adding.results[i] = fine.error();
        else if (!seen.insert(keys::entry(user.address)).second)
            adding.results[i] = Error(Errc::Exists, "named twice: " + to_string(user.address));
        else
            domains[user.address.domain].push_back(i);
    }
    std::vector<Awaitable<Result<>>> work;
    for (auto& [domain, which] : domains)
        work.push_back(add_to_domain(adding, domain, std::move(which)));
    co_await gather(std::move(work)); // each has put its results where they belong
    co_return std::move(adding.results);
}

/// Adds users of one domain, as many a commit as fit.
Awaitable<Result<>> EngineDirectory::add_to_domain(Adding& adding, std::string domain,
                                                   std::vector<std::size_t> which)
{
    std::vector<std::size_t> chunk;
    std::size_t octets = 0;
    for (const std::size_t i : which) {
        const std::size_t size = encode(Entry(adding.users[i])).size() + kMaxKeyOctets;
        if (chunk.size() == kUsersPerCommit || octets + size > kOctetsPerCommit) {
            co_await add_chunk(adding, domain, std::move(chunk));
            chunk.clear();
            octets = 0;
        }
        chunk.push_back(i);
        octets += size;
    }
    co_return co_await add_chunk(adding, domain, std::move(chunk));
}

/// One commit's worth of users: looks, creates the accounts, then names them in the domain.
Awaitable<Result<>> EngineDirectory::add_chunk(Adding& adding, std::string domain,
                                               std::vector<std::size_t> which)
{
    const auto fail = [&adding](const std::vector<std::size_t>& those, const Error& error) {
        for (const std::size_t i : those)
            adding.results[i] = error;
    };
    auto stored = co_await domain_row(domain);
    if (stored && !*stored)
        stored = Error(Errc::NotFound, "no such domain: " + domain);
    if (!stored) {
        fail(which, stored.error());
        co_return ok();
    }
    const auto record = decode_domain(**stored);
    if (!record) {
        fail(which, record.error());
        co_return ok();
    }
    co_await create_accounts(adding, *record, which);
    if (which.empty())
        co_return ok();
    auto put = co_await put_entries(adding, domain, which);
    if (!put)
        fail(which, put.error());
    // InDoubt or a disk that fails: the entry may be there. Keep the account, check() knows.
    if (!put && put.error().code() != Errc::Busy && put.error().code() != Errc::NotFound)
        co_return ok();
    for (const std::size_t i : which) {
        if (!adding.created(i))
            co_await drop_account(adding.users[i].account);
    }
    co_return ok();
}

/// Creates the accounts of those whose names are free, all at once, so that their commits share
/// the disk's flushes; leaves in `which` the ones to go on with.
Awaitable<Result<>> EngineDirectory::create_accounts(Adding& adding, const Domain& domain,
                                                     std::vector<std::size_t>& which)
{
    std::vector<std::string> keys;
    for (const std::size_t i : which)
        keys.push_back(keys::entry(adding.users[i].address));
    Partition partition = keys::directory(keys::domain_shard(domain.name));
    auto rows = co_await read_rows(std::move(partition), std::move(keys));

    std::vector<std::size_t> free;
    std::uint64_t users = domain.users;
    for (std::size_t at = 0; at < which.size(); ++at) {
        auto& result = adding.results[which[at]];
        if (!rows)
            result = rows.error();
        else if ((*rows)[at])
            result = Error(Errc::Exists,
                           "address taken: " + to_string(adding.users[which[at]].address));
        else if (domain.limits.users != 0 && users >= domain.limits.users)
            result = Error(Errc::OverQuota, domain.name + ": limit of users reached");
        else {
            free.push_back(which[at]);
            ++users;
        }
    }

    std::vector<Awaitable<Result<>>> work;
    std::map<std::uint16_t, std::vector<RowChange>> index;
    for (const std::size_t i : free) {
        const User& user = adding.users[i];
        work.push_back(accounts_.create_account(user.account, effective_limits(domain, user)));
        std::vector<address::Address> addresses{user.address};
        index[keys::index_shard(user.account)].emplace_back(
            keys::account_index(user.account), encode_index(addresses));
    }
    for (auto& [shard, changes] : index)
        work.push_back(index_accounts(shard, std::move(changes)));
    const auto done = co_await gather(std::move(work));

    const auto failed = std::find_if(done.begin() + static_cast<std::ptrdiff_t>(free.size()),
                                     done.end(), [](const Result<>& one) { return !one; });
    which.clear();
    for (std::size_t at = 0; at < free.size(); ++at) {
        if (done[at] && failed == done.end()) {
            adding.results[free[at]] = adding.users[free[at]].account;
            which.push_back(free[at]);
        } else {
            adding.results[free[at]] = done[at] ? failed->error() : done[at].error();
        }
    }
    co_return ok();
}

/// The commit that makes the users exist, with the domain's count. Those that cannot be added now
/// after all have an error as their result.
Awaitable<Result<>> EngineDirectory::put_entries(Adding& adding, const std::string& domain,
                                                 const std::vector<std::size_t>& which)
{
    std::vector<std::string> keys{keys::domain(domain)};
    for (const std::size_t i : which)
        keys.push_back(keys::entry(adding.users[i].address));
    Plan plan = [&adding, &which, domain,
                 keys](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (!rows[0])
            return Error(Errc::NotFound, "no such domain: " + domain);
        TRY(Domain record, decode_domain(*rows[0]));
        std::vector<RowChange> changes(1);
        for (std::size_t at = 0; at < which.size(); ++at) {
            const User& user = adding.users[which[at]];
            auto& result = adding.results[which[at]];
            if (rows[at + 1]) {
                result = Error(Errc::Exists, "address taken: " + to_string(user.address));
            } else if (record.limits.users != 0 && record.users >= record.limits.users) {
                result = Error(Errc::OverQuota, domain + ": limit of users reached");
            } else {
                ++record.users;
                changes.emplace_back(keys[at + 1], encode(Entry(user)));
                result = user.account;
            }
        }
        if (changes.size() == 1)
            return std::vector<RowChange>();
        changes[0] = {keys[0], encode(record)};
        return changes;
    };
    co_return co_await change_shard_of(domain, std::move(keys), std::move(plan));
}

/// Puts rows of one index shard. Their ids are new, so nothing is expected of them.
Awaitable<Result<>> EngineDirectory::index_accounts(std::uint16_t shard, std::vector<RowChange> rows)
{
    Batch batch;
    for (auto& [key, value] : rows)
        batch.put.push_back({key, *value});
    Partition partition = keys::directory(shard);
    auto done = co_await engine_.commit(std::move(partition), std::move(batch));
    for (const auto& changed : rows)
        cache_.changed(shard, changed.first);
    co_return done;
}

/// Says under which addresses an account is found; none: the row goes.
Awaitable<Result<>> EngineDirectory::set_index(AccountId id,
                                               std::vector<address::Address> addresses)
{
    const std::uint16_t shard = keys::index_shard(id);
    const std::string key = keys::account_index(id);
    Batch batch;
    if (addresses.empty())
        batch.erase.push_back(key);
    else
        batch.put.push_back({key, encode_index(addresses)});
    Partition partition = keys::directory(shard);
    auto done = co_await engine_.commit(std::move(partition), std::move(batch));
    cache_.changed(shard, key);
    co_return done;
}

/// Takes an account back that no entry names.
Awaitable<Result<>> EngineDirectory::drop_account(AccountId id)
{
    auto erased = co_await accounts_.erase_account(id);
    if (!erased)
        co_return erased;
    std::vector<address::Address> nowhere;
    co_return co_await set_index(id, std::move(nowhere));
}

Awaitable<Result<>> EngineDirectory::set_user(User user)
{
    address::Address address = user.address;
    std::function<Result<>(User&)> replace = [user](User& stored) {
        stored = user;
        return ok();
    };
    auto updated = co_await update_user(std::move(address), std::move(replace));
    if (!updated)
        co_return updated.error();
    co_return ok();
}

Awaitable<Result<User>> EngineDirectory::update_user(address::Address address,
                                                     std::function<Result<>(User&)> edit)
{
    const std::string key = keys::entry(address);
    if (key.size() > kMaxKeyOctets)
        co_return no_such_user(address);
    User before, after;
    Plan plan = [&, key](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (!rows[0])
            return no_such_user(address);
        TRY(Entry entry, decode_entry(*rows[0]));
        auto* user = std::get_if<User>(&entry);
        if (!user)
            return Error(Errc::NotFound, to_string(address) + " is an alias");
        before = after = *user;
        TRY_VOID(edit(after));
        after.account = before.account;
        after.address = before.address;
        after.created = before.created;
        TRY_VOID(check_fields(after));
        std::string value = encode(Entry(after));
        if (value == *rows[0])
            return std::vector<RowChange>();
        return std::vector<RowChange>{{key, std::move(value)}};
    };
    std::vector<std::string> keys{key};
    auto done = co_await change_shard_of(address.domain, std::move(keys), std::move(plan));
    if (!done)
        co_return done.error();
    auto applied = co_await apply_limits(std::move(before), after);
    if (!applied)
        co_return applied.error();
    co_return after;
}

/// Tells the account its limits where a change of the user changed them.
Awaitable<Result<>> EngineDirectory::apply_limits(User before, User after)
{
    if (before.quota_octets == after.quota_octets && before.quota_messages == after.quota_messages)
        co_return ok();
    auto domain = co_await find_domain(after.address.domain);
    if (!domain)
        co_return domain.error();
    const Usage limits = effective_limits(*domain, after);
    co_return co_await accounts_.set_account_limits(after.account, limits);
}

Awaitable<Result<>> EngineDirectory::erase_user(address::Address address)
{
    const std::string key = keys::entry(address), domain_key = keys::domain(address.domain);
    if (key.size() > kMaxKeyOctets)
        co_return no_such_user(address);
    AccountId account{};
    const std::string since = encode_erasure(clock_.now());
    // The row that says "to be erased" is named by the account, which only the entry tells; the
    // plan may add it unread: nobody else writes that row.
    Plan plan = [&, key, domain_key](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (!rows[0] || !rows[1])
            return no_such_user(address);
        TRY(const Entry entry, decode_entry(*rows[0]));
        const auto* user = std::get_if<User>(&entry);
        if (!user)
            return Error(Errc::NotFound, to_string(address) + " is an alias");
        TRY(Domain domain, decode_domain(*rows[1]));
        domain.users -= domain.users > 0 ? 1 : 0;
        account = user->account;
        return std::vector<RowChange>{{key, std::nullopt},
                                      {domain_key, encode(domain)},
                                      {keys::erasure(account), since}};
    };
    auto found = co_await find(address);
    if (!found)
        co_return found.error();
    std::vector<std::string> keys{key, domain_key};
    if (const auto* user = std::get_if<User>(&*found))
        keys.push_back(keys::erasure(user->account));
    const std::string domain = address.domain;
    auto done = co_await change_shard_of(domain, std::move(keys), std::move(plan));
    if (!done)
        co_return done;
    co_return co_await finish_erasure(keys::domain_shard(domain), account);
}

/// Erases the mail of an account whose entry is gone, then the row that asked for it.
Awaitable<Result<>> EngineDirectory::finish_erasure(std::uint16_t shard, AccountId id)
{
    auto dropped = co_await drop_account(id);
    if (!dropped)
        co_return dropped;
    Batch batch;
    batch.erase.push_back(keys::erasure(id));
    Partition partition = keys::directory(shard);
    co_return co_await engine_.commit(std::move(partition), std::move(batch));
}

Awaitable<Result<std::uint64_t>> EngineDirectory::finish_erasures()
{
    std::uint64_t count = 0;
    for (std::uint16_t shard = 0; shard < keys::kDomainShards; ++shard) {
        Query query;
        query.ranges.push_back({std::string(keys::kErasurePrefix), {}, 500});
        Partition partition = keys::directory(shard);
        auto answer = co_await engine_.read(std::move(partition), std::move(query));
        if (!answer)
            co_return answer.error();
        for (const Row& waiting : answer->pages.front().rows) {
            const auto id = keys::read_be<std::uint64_t>(waiting.key, keys::kErasurePrefix.size());
            if (!id)
                co_return Error(Errc::Corrupt, "a directory shard has a key of no known form");
            const AccountId account{*id};
            auto done = co_await finish_erasure(shard, account);
            if (!done)
                co_return done.error();
            ++count;
        }
    }
    co_return count;
}

} // namespace mailctl::store
