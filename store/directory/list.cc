// Listings of the directory, and the check that its rows agree with each other.
#include <algorithm>
#include <set>
#include <utility>

#include "store/directory/directory_keys.h"
#include "store/directory/directory_records.h"
#include "store/directory/engine_directory.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kPageRows = 500;

const address::Address& address_of(const Entry& entry)
{
    return std::visit(
        [](const auto& one) -> const address::Address& { return one.address; }, entry);
}

/// A page of a partition's rows.
Query page_of(std::string_view prefix, std::string after, std::uint32_t limit = kPageRows)
{
    Query query;
    query.ranges.push_back({std::string(prefix), std::move(after), limit});
    return query;
}

} // namespace

Awaitable<Result<std::vector<Entry>>> EngineDirectory::list(ListQuery query)
{
    std::vector<std::string> names;
    address::Address after;
    if (!query.after.empty()) {
        CO_TRY(after, address::parse(query.after));
        after = address::folded(after);
    }
    if (!query.domain.empty()) {
        names.push_back(query.domain);
    } else {
        auto all = co_await domains();
        if (!all)
            co_return all.error();
        for (const Domain& domain : *all) {
            if (domain.name >= after.domain)
                names.push_back(domain.name);
        }
    }
    std::vector<Entry> found;
    for (const std::string& name : names) {
        std::string start = name == after.domain ? keys::entry(after) : std::string();
        for (bool more = true; more && found.size() < query.limit;) {
            const auto left = static_cast<std::uint32_t>(query.limit - found.size());
            Query rows = page_of(keys::entries(name), start, std::min(left, kPageRows));
            Partition partition = keys::directory(keys::domain_shard(name));
            auto answer = co_await engine_.read(std::move(partition), std::move(rows));
            if (!answer)
                co_return answer.error();
            Page& page = answer->pages.front();
            for (const Row& stored : page.rows) {
                CO_TRY(Entry entry, decode_entry(stored.value));
                found.push_back(std::move(entry));
            }
            more = page.more && !page.rows.empty();
            if (more)
                start = std::move(page.rows.back().key);
        }
    }
    co_return found;
}

Awaitable<Result<bool>> EngineDirectory::is_known(AccountId id)
{
    auto user = co_await find_account(id);
    if (!user && user.error().code() != Errc::NotFound)
        co_return user.error();
    co_return user.has_value();
}

Awaitable<Result<std::vector<std::string>>> EngineDirectory::check(bool repair)
{
    std::vector<std::string> findings;
    auto all = co_await domains();
    if (!all)
        co_return all.error();
    for (Domain& domain : *all) {
        auto checked = co_await check_domain(std::move(domain), repair, findings);
        if (!checked)
            co_return checked.error();
    }
    for (std::uint16_t shard = 0; shard < keys::kDomainShards; ++shard) {
        auto checked = co_await check_claims(shard, repair, findings);
        if (!checked)
            co_return checked.error();
    }
    for (std::uint16_t i = 0; i < keys::kIndexShards; ++i) {
        const auto shard = static_cast<std::uint16_t>(keys::kDomainShards + i);
        auto checked = co_await check_index(shard, repair, findings);
        if (!checked)
            co_return checked.error();
    }
    co_return findings;
}

/// Counts a domain's entries, and looks that each user is found by its account.
Awaitable<Result<>> EngineDirectory::check_domain(Domain domain, bool repair,
                                                  std::vector<std::string>& findings)
{
    std::uint64_t users = 0, aliases = 0;
    std::vector<std::string> patterns;
    ListQuery query{domain.name, {}, kPageRows};
    for (;;) {
        auto page = co_await list(query);
        if (!page)
            co_return page.error();
        if (page->empty())
            break;
        for (const Entry& entry : *page) {
            if (const auto* alias = std::get_if<Alias>(&entry)) {
                ++aliases;
                if (alias->is_wildcard())
                    patterns.push_back(alias->address.local_part);
                continue;
            }
            ++users;
            const auto& user = std::get<User>(entry);
            auto known = co_await is_known(user.account);
            if (!known)
                co_return known.error();
            if (*known)
                continue;
            findings.push_back(to_string(user.address) + ": not found by its account id");
            if (repair) {
                std::vector<address::Address> addresses{user.address};
                auto indexed = co_await set_index(user.account, std::move(addresses));
                if (!indexed)
                    co_return indexed;
            }
        }
        query.after = address::to_string(address_of(page->back()));
    }
    co_return co_await check_sums(domain.name, users, aliases, std::move(patterns), repair,
                                  findings);
}

/// Compares a domain's counts and wildcard list with what was counted.
Awaitable<Result<>> EngineDirectory::check_sums(std::string domain, std::uint64_t users,
                                                std::uint64_t aliases,
                                                std::vector<std::string> patterns, bool repair,
                                                std::vector<std::string>& findings)
{
    std::sort(patterns.begin(), patterns.end());
    std::vector<std::string> keys{keys::domain(domain), keys::patterns(domain)};
    std::vector<std::string> wrong;
    Plan plan = [&, keys](const Rows& rows) -> Result<std::vector<RowChange>> {
        wrong.clear();
        if (!rows[0])
            return std::vector<RowChange>();
        TRY(Domain record, decode_domain(*rows[0]));
        std::vector<std::string> stored;
        if (rows[1]) {
            TRY(stored, decode_patterns(*rows[1]));
        }
        std::sort(stored.begin(), stored.end());
        if (record.users != users || record.alias_count != aliases)
            wrong.push_back(domain + ": counts " + std::to_string(record.users) + " users and " +
                            std::to_string(record.alias_count) + " aliases, has " +
                            std::to_string(users) + " and " + std::to_string(aliases));
        if (stored != patterns)
            wrong.push_back(domain + ": the list of wildcard aliases is not what there is");
        if (wrong.empty() || !repair)
            return std::vector<RowChange>();
        record.users = users;
        record.alias_count = aliases;
        std::vector<RowChange> changes{{keys[0], encode(record)}, {keys[1], std::nullopt}};
        if (!patterns.empty())
            changes[1].second = encode_patterns(patterns);
        return changes;
    };
    auto done = co_await change_shard_of(domain, std::move(keys), std::move(plan));
    findings.insert(findings.end(), wrong.begin(), wrong.end());
    co_return done;
}

/// Names that claim to be an alias of a domain that does not list them.
Awaitable<Result<>> EngineDirectory::check_claims(std::uint16_t shard, bool repair,
                                                  std::vector<std::string>& findings)
{
    std::string after;
    for (bool more = true; more;) {
        Query query = page_of(keys::kDomainAliasPrefix, after);
        Partition partition = keys::directory(shard);
        auto answer = co_await engine_.read(std::move(partition), std::move(query));
        if (!answer)
            co_return answer.error();
        const Page& page = answer->pages.front();
        for (const Row& claim : page.rows) {
            std::string name = claim.key.substr(keys::kDomainAliasPrefix.size());
            auto owner = co_await claim_in_force(name);
            if (!owner)
                co_return owner.error();
            if (*owner)
                continue;
            CO_TRY(std::string domain, decode_claim(claim.value));
            findings.push_back(name + ": left over from an alias of " + domain);
            if (!repair)
                continue;
            auto dropped = co_await drop_claim(std::move(name), std::move(domain));
            if (!dropped)
                co_return dropped;
        }
        more = page.more && !page.rows.empty();
        if (more)
            after = page.rows.back().key;
    }
    co_return ok();
}

/// Index rows whose user is gone.
Awaitable<Result<>> EngineDirectory::check_index(std::uint16_t shard, bool repair,
                                                 std::vector<std::string>& findings)
{
    std::string after;
    for (bool more = true; more;) {
        Query query = page_of(keys::kIndexPrefix, after);
        Partition partition = keys::directory(shard);
        auto answer = co_await engine_.read(std::move(partition), std::move(query));
        if (!answer)
            co_return answer.error();
        const Page& page = answer->pages.front();
        for (const Row& row : page.rows) {
            const auto id = keys::read_be<std::uint64_t>(row.key, keys::kIndexPrefix.size());
            if (!id)
                co_return Error(Errc::Corrupt, "an account index row has no account id");
            const AccountId account{*id};
            auto known = co_await is_known(account);
            if (!known)
                co_return known.error();
            if (*known)
                continue;
            findings.push_back(to_string(account) + ": indexed, but no user has it");
            if (!repair)
                continue;
            std::vector<address::Address> nowhere;
            auto dropped = co_await set_index(account, std::move(nowhere));
            if (!dropped)
                co_return dropped;
        }
        more = page.more && !page.rows.empty();
        if (more)
            after = page.rows.back().key;
    }
    co_return ok();
}

} // namespace mailctl::store
