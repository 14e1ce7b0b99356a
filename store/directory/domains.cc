// Domains of the directory, and the other names they have.
#include <algorithm>
#include <utility>

#include "store/directory/directory_keys.h"
#include "store/directory/directory_records.h"
#include "store/directory/engine_directory.h"

namespace mailctl::store {
namespace {

/// Errors: Invalid (not the canonical form of a name, a record over kMaxValueOctets).
Result<> check_fields(const Domain& domain)
{
    TRY(const std::string canonical, address::canonical_domain(domain.name));
    if (canonical != domain.name)
        return Error(Errc::Invalid, domain.name + ": not in canonical form (" + canonical + ")");
    if (encode(domain).size() > kMaxValueOctets)
        return Error(Errc::Invalid, domain.name + ": too many aliases or too long a comment");
    return ok();
}

bool lists(const Domain& domain, std::string_view alias)
{
    return std::find(domain.aliases.begin(), domain.aliases.end(), alias) != domain.aliases.end();
}

Error no_such_domain(const std::string& name)
{
    return Error(Errc::NotFound, "no such domain: " + name);
}

} // namespace

Awaitable<Result<CachedRow>> EngineDirectory::domain_row(std::string name)
{
    const std::uint16_t shard = keys::domain_shard(name);
    Partition partition = keys::directory(shard);
    std::string key = keys::domain(name);
    co_return co_await row(std::move(partition), shard, std::move(key));
}

/// The domain of which `name` is an alias; nullopt: of none. Only what the domain lists counts.
Awaitable<Result<std::optional<std::string>>> EngineDirectory::claim_in_force(std::string name)
{
    const std::uint16_t shard = keys::domain_shard(name);
    Partition partition = keys::directory(shard);
    std::string key = keys::domain_alias(name);
    auto claim = co_await row(std::move(partition), shard, std::move(key));
    if (!claim)
        co_return claim.error();
    if (!*claim)
        co_return std::optional<std::string>();
    CO_TRY(std::string owner, decode_claim(**claim));
    auto stored = co_await domain_row(owner);
    if (!stored)
        co_return stored.error();
    if (!*stored)
        co_return std::optional<std::string>();
    CO_TRY(const Domain domain, decode_domain(**stored));
    if (!lists(domain, name))
        co_return std::optional<std::string>();
    co_return std::optional<std::string>(std::move(owner));
}

Awaitable<Result<Domain>> EngineDirectory::find_domain(std::string name)
{
    if (name.empty() || name.size() > address::kMaxDomainOctets)
        co_return no_such_domain(name);
    auto stored = co_await domain_row(name);
    if (!stored)
        co_return stored.error();
    if (*stored)
        co_return decode_domain(**stored);
    auto owner = co_await claim_in_force(name);
    if (!owner)
        co_return owner.error();
    if (!*owner)
        co_return no_such_domain(name);
    auto owning = co_await domain_row(**owner);
    if (!owning)
        co_return owning.error();
    if (!*owning)
        co_return no_such_domain(name);
    co_return decode_domain(**owning);
}

Awaitable<Result<std::vector<Domain>>> EngineDirectory::domains()
{
    std::vector<Domain> all;
    for (std::uint16_t shard = 0; shard < keys::kDomainShards; ++shard) {
        Range range{std::string(keys::kDomainPrefix), {}, 500};
        for (bool more = true; more;) {
            Query query;
            query.ranges.push_back(range);
            Partition partition = keys::directory(shard);
            auto answer = co_await engine_.read(std::move(partition), std::move(query));
            if (!answer)
                co_return answer.error();
            const Page& page = answer->pages.front();
            for (const Row& stored : page.rows) {
                CO_TRY(Domain domain, decode_domain(stored.value));
                all.push_back(std::move(domain));
            }
            more = page.more && !page.rows.empty();
            if (more)
                range.after = page.rows.back().key;
        }
    }
    std::sort(all.begin(), all.end(),
              [](const Domain& a, const Domain& b) { return a.name < b.name; });
    co_return all;
}

Awaitable<Result<>> EngineDirectory::add_domain(Domain domain)
{
    CO_TRY_VOID(check_fields(domain));
    const std::string name = domain.name;
    auto claimed = co_await claim_in_force(name);
    if (!claimed)
        co_return claimed.error();
    if (*claimed)
        co_return Error(Errc::Exists, name + " is an alias of " + **claimed);
    domain.aliases.clear(); // add_domain_alias makes them
    domain.users = domain.alias_count = 0;
    domain.created = clock_.now();

    const std::string key = keys::domain(name), claim = keys::domain_alias(name);
    Plan plan = [=](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (rows[0])
            return Error(Errc::Exists, "domain exists: " + name);
        std::vector<RowChange> changes{{key, encode(domain)}};
        if (rows[1]) // left over, in force nowhere
            changes.emplace_back(claim, std::nullopt);
        return changes;
    };
    std::vector<std::string> keys{key, claim};
    co_return co_await change_shard_of(name, std::move(keys), std::move(plan));
}

Awaitable<Result<>> EngineDirectory::set_domain(Domain domain)
{
    CO_TRY_VOID(check_fields(domain));
    const std::string name = domain.name, key = keys::domain(name);
    bool limits_differ = false;
    Plan plan = [&domain, &limits_differ, key,
                 name](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (!rows[0])
            return no_such_domain(name);
        TRY(const Domain old, decode_domain(*rows[0]));
        domain.aliases = old.aliases;
        domain.users = old.users;
        domain.alias_count = old.alias_count;
        domain.created = old.created;
        limits_differ = domain.default_quota_octets != old.default_quota_octets ||
                        domain.default_quota_messages != old.default_quota_messages;
        TRY_VOID(check_fields(domain));
        return std::vector<RowChange>{{key, encode(domain)}};
    };
    std::vector<std::string> keys{key};
    auto done = co_await change_shard_of(name, std::move(keys), std::move(plan));
    if (!done || !limits_differ)
        co_return done;
    co_return co_await spread_default_limits(domain);
}

/// Tells the accounts without limits of their own the domain's new default.
Awaitable<Result<>> EngineDirectory::spread_default_limits(Domain domain)
{
    ListQuery query{domain.name, {}, 500};
    for (;;) {
        auto page = co_await list(query);
        if (!page)
            co_return page.error();
        if (page->empty())
            co_return ok();
        for (const Entry& entry : *page) {
            const auto* user = std::get_if<User>(&entry);
            if (!user || (user->quota_octets != 0 && user->quota_messages != 0))
                continue;
            const Usage limits = effective_limits(domain, *user);
            auto done = co_await accounts_.set_account_limits(user->account, limits);
            if (!done && done.error().code() != Errc::NotFound)
                co_return done.error();
        }
        query.after = std::visit(
            [](const auto& entry) { return address::to_string(entry.address); }, page->back());
    }
}

Awaitable<Result<>> EngineDirectory::remove_domain(std::string name)
{
    const std::string key = keys::domain(name), patterns = keys::patterns(name);
    const std::string dkim = keys::dkim(name);
    std::vector<std::string> aliases;
    Plan plan = [=, &aliases](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (!rows[0])
            return no_such_domain(name);
        TRY(Domain domain, decode_domain(*rows[0]));
        if (domain.users + domain.alias_count != 0)
            return Error(Errc::Denied, name + " still has " + std::to_string(domain.users) +
                                           " users and " + std::to_string(domain.alias_count) +
                                           " aliases");
        aliases = std::move(domain.aliases);
        std::vector<RowChange> changes{{key, std::nullopt}};
        if (rows[1])
            changes.emplace_back(patterns, std::nullopt);
        if (rows[2])
            changes.emplace_back(dkim, std::nullopt);
        return changes;
    };
    std::vector<std::string> keys{key, patterns, dkim};
    auto done = co_await change_shard_of(name, std::move(keys), std::move(plan));
    if (!done)
        co_return done;
    for (const auto& alias : aliases) {
        auto dropped = co_await drop_claim(alias, name);
        if (!dropped)
            co_return dropped;
        auto erased = co_await erase_keys(alias);
        if (!erased)
            co_return erased;
    }
    co_return ok();
}

/// Erases the row by which `name` is an alias of `domain`, where it still is one of that domain.
Awaitable<Result<>> EngineDirectory::drop_claim(std::string name, std::string domain)
{
    const std::string key = keys::domain_alias(name), value = encode_claim(domain);
    Plan plan = [=](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (rows[0] != value)
            return std::vector<RowChange>();
        return std::vector<RowChange>{{key, std::nullopt}};
    };
    std::vector<std::string> keys{key};
    co_return co_await change_shard_of(name, std::move(keys), std::move(plan));
}

Awaitable<Result<>> EngineDirectory::add_domain_alias(std::string domain, std::string alias)
{
    CO_TRY(const std::string canonical, address::canonical_domain(alias));
    if (canonical != alias)
        co_return Error(Errc::Invalid, alias + ": not in canonical form");
    auto owning = co_await domain_row(domain);
    if (!owning)
        co_return owning.error();
    if (!*owning)
        co_return no_such_domain(domain);
    auto claimed = co_await claim_in_force(alias);
    if (!claimed)
        co_return claimed.error();
    if (*claimed)
        co_return Error(Errc::Exists, alias + " is an alias of " + **claimed + " already");

    const std::string name_key = keys::domain(alias), claim_key = keys::domain_alias(alias);
    const std::string claim = encode_claim(domain);
    Plan take = [=](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (rows[0])
            return Error(Errc::Exists, alias + " is a domain of its own");
        if (rows[1] == claim) // from a run that did not get further
            return std::vector<RowChange>();
        return std::vector<RowChange>{{claim_key, claim}};
    };
    std::vector<std::string> take_keys{name_key, claim_key};
    auto taken = co_await change_shard_of(alias, std::move(take_keys), std::move(take));
    if (!taken)
        co_return taken;

    co_return co_await list_alias(std::move(domain), std::move(alias));
}

/// The domain names `alias` among its own: from then on the alias's row counts.
Awaitable<Result<>> EngineDirectory::list_alias(std::string domain, std::string alias)
{
    const std::string key = keys::domain(domain);
    Plan list_it = [=](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (!rows[0])
            return no_such_domain(domain);
        TRY(Domain record, decode_domain(*rows[0]));
        if (lists(record, alias))
            return std::vector<RowChange>();
        record.aliases.push_back(alias);
        std::sort(record.aliases.begin(), record.aliases.end());
        TRY_VOID(check_fields(record));
        return std::vector<RowChange>{{key, encode(record)}};
    };
    std::vector<std::string> keys{key};
    co_return co_await change_shard_of(domain, std::move(keys), std::move(list_it));
}

Awaitable<Result<>> EngineDirectory::remove_domain_alias(std::string alias)
{
    auto owner = co_await claim_in_force(alias);
    if (!owner)
        co_return owner.error();
    if (!*owner)
        co_return Error(Errc::NotFound, "no such domain alias: " + alias);
    const std::string domain = **owner, key = keys::domain(domain);
    Plan plan = [=](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (!rows[0])
            return std::vector<RowChange>();
        TRY(Domain record, decode_domain(*rows[0]));
        if (std::erase(record.aliases, alias) == 0)
            return std::vector<RowChange>();
        return std::vector<RowChange>{{key, encode(record)}};
    };
    std::vector<std::string> keys{key};
    auto done = co_await change_shard_of(domain, std::move(keys), std::move(plan));
    if (!done)
        co_return done;
    auto dropped = co_await drop_claim(alias, domain);
    if (!dropped)
        co_return dropped;
    co_return co_await erase_keys(std::move(alias)); // its keys, if it has some
}

} // namespace mailctl::store
