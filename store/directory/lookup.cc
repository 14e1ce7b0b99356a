// The directory's own words, and how every row of it is read and changed.
#include "store/directory.h"

#include <algorithm>
#include <array>

#include "store/directory/directory_keys.h"
#include "store/directory/directory_records.h"
#include "store/directory/engine_directory.h"

namespace mailctl::store {
namespace {

constexpr std::pair<Right, std::string_view> kRightNames[] = {
    {Right::Smtp, "smtp"},   {Right::Imap, "imap"}, {Right::Pop3, "pop3"}, {Right::Lmtp, "lmtp"},
    {Right::Sieve, "sieve"}, {Right::Http, "http"}, {Right::Dav, "dav"},
};

/// Conflicts in a row before a change gives up. Each one means that another change went through.
constexpr int kMaxConflicts = 200;

using Change = std::pair<std::string, std::optional<std::string>>;

std::vector<std::string> keys_of(const std::vector<Change>& changes)
{
    std::vector<std::string> keys;
    for (const auto& change : changes)
        keys.push_back(change.first);
    return keys;
}

/// `rows`: those of keys_of(changes).
bool are_made(const std::vector<Change>& changes,
              const std::vector<std::optional<std::string>>& rows)
{
    return std::equal(changes.begin(), changes.end(), rows.begin(), rows.end(),
                      [](const Change& change, const auto& row) { return change.second == row; });
}

} // namespace

std::optional<Right> parse_right(std::string_view word)
{
    for (const auto& [right, name] : kRightNames) {
        if (name == word)
            return right;
    }
    return std::nullopt;
}

std::string_view name_of(Right right)
{
    for (const auto& [known, name] : kRightNames) {
        if (known == right)
            return name;
    }
    return "unknown";
}

bool User::may_receive(Time now) const
{
    return (state == UserState::Active || state == UserState::NoLogin) &&
           (!expires || now < *expires);
}

bool User::may_login(Time now) const
{
    return (state == UserState::Active || state == UserState::ReadOnly) && (!expires || now < *expires);
}

Usage effective_limits(const Domain& domain, const User& user)
{
    Usage limits;
    limits.octets = user.quota_octets != 0 ? user.quota_octets : domain.default_quota_octets;
    limits.messages =
        user.quota_messages != 0 ? user.quota_messages : domain.default_quota_messages;
    return limits;
}

EngineDirectory::EngineDirectory(Engine& engine, AccountKeeper& accounts, const Clock& clock,
                                 Random& random, std::size_t cache_entries)
    : engine_(engine), accounts_(accounts), clock_(clock), random_(random), cache_(cache_entries)
{
}

/// One row, from the cache where it knows it. nullptr: absent.
Awaitable<Result<CachedRow>> EngineDirectory::row(Partition partition, std::uint16_t shard,
                                                  std::string key)
{
    CachedRow known;
    if (cache_.find(key, known))
        co_return known;
    const std::uint64_t generation = cache_.generation(shard);
    std::vector<std::string> keys{key};
    auto rows = co_await read_rows(std::move(partition), std::move(keys));
    if (!rows)
        co_return rows.error();
    auto& value = rows->front();
    if (value)
        known = std::make_shared<const std::string>(std::move(*value));
    cache_.put(std::move(key), known, shard, generation);
    co_return known;
}

Awaitable<Result<EngineDirectory::Rows>> EngineDirectory::read_rows(Partition partition,
                                                                    std::vector<std::string> keys)
{
    Query query;
    query.keys = std::move(keys);
    auto answer = co_await engine_.read(std::move(partition), std::move(query));
    if (!answer)
        co_return answer.error();
    co_return std::move(answer->values);
}

/// Reads the rows, asks for the changes, and commits them expecting the rows as they were read.
/// After an InDoubt the rows tell: as planned, it was applied.
/// Errors: those of the plan; Busy (too many conflicts in a row), Unavailable, Corrupt.
Awaitable<Result<>> EngineDirectory::change(Partition partition, std::uint16_t shard,
                                            std::vector<std::string> keys, Plan plan)
{
    std::vector<RowChange> in_doubt;
    for (int conflicts = 0; conflicts < kMaxConflicts; ++conflicts) {
        auto rows = co_await read_rows(partition, keys);
        if (!rows)
            co_return rows.error();
        if (!in_doubt.empty()) { // some of its rows may be none of `keys`
            auto doubted = keys_of(in_doubt);
            const auto now = co_await read_rows(partition, std::move(doubted));
            if (!now)
                co_return now.error();
            if (are_made(in_doubt, *now))
                co_return ok();
        }
        auto changes = plan(*rows);
        if (!changes)
            co_return changes.error();
        if (changes->empty())
            co_return ok();

        Batch batch;
        for (std::size_t i = 0; i < keys.size(); ++i)
            batch.expect.push_back({keys[i], (*rows)[i]});
        for (const auto& [key, value] : *changes) {
            if (value)
                batch.put.push_back({key, *value});
            else
                batch.erase.push_back(key);
        }
        auto done = co_await engine_.commit(partition, std::move(batch));
        for (const auto& wanted : *changes)
            cache_.changed(shard, wanted.first);
        if (done)
            co_return ok();
        if (done.error().code() == Errc::InDoubt)
            in_doubt = std::move(*changes);
        else if (done.error().code() != Errc::Conflict)
            co_return done.error();
    }
    co_return Error(Errc::Busy, "the directory changes too fast; try again");
}

Awaitable<Result<>> EngineDirectory::change_shard_of(std::string domain,
                                                     std::vector<std::string> keys, Plan plan)
{
    const std::uint16_t shard = keys::domain_shard(domain);
    Partition partition = keys::directory(shard);
    co_return co_await change(std::move(partition), shard, std::move(keys), std::move(plan));
}

Awaitable<Result<Entry>> EngineDirectory::find(address::Address address)
{
    const std::uint16_t shard = keys::domain_shard(address.domain);
    Partition partition = keys::directory(shard);
    std::string key = keys::entry(address);
    if (key.size() > kMaxKeyOctets)
        co_return Error(Errc::NotFound, "no such address");
    auto stored = co_await row(std::move(partition), shard, std::move(key));
    if (!stored)
        co_return stored.error();
    if (!*stored)
        co_return Error(Errc::NotFound, "no such address: " + address::to_string(address));
    co_return decode_entry(**stored);
}

Awaitable<Result<User>> EngineDirectory::find_account(AccountId id)
{
    const std::uint16_t shard = keys::index_shard(id);
    Partition partition = keys::directory(shard);
    std::string key = keys::account_index(id);
    auto stored = co_await row(std::move(partition), shard, std::move(key));
    if (!stored)
        co_return stored.error();
    if (!*stored)
        co_return Error(Errc::NotFound, "no such account: " + to_string(id));
    CO_TRY(const auto addresses, decode_index(**stored));
    for (const auto& address : addresses) {
        auto entry = co_await find(address);
        if (!entry && entry.error().code() != Errc::NotFound)
            co_return entry.error();
        if (!entry)
            continue;
        if (auto* user = std::get_if<User>(&*entry); user && user->account == id)
            co_return std::move(*user);
    }
    co_return Error(Errc::NotFound, "no such account: " + to_string(id));
}

} // namespace mailctl::store
