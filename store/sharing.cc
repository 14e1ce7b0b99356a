// Access control lists against the directory, and hints of who shares with whom.
#include "store/sharing.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "store/engine.h"
#include "store/keys.h"

namespace mailctl::store {
namespace {

using Kind = AclSubject::Kind;

constexpr std::string_view kAnyone = "anyone";
/// DO NOT CHANGE: on disk since 0.1
constexpr std::string_view kSharePrefix = "share ";

AclSubject subject_of(const Entry& entry)
{
    AclSubject subject;
    if (const auto* user = std::get_if<User>(&entry)) {
        subject.kind = Kind::User;
        subject.account = user->account;
        return subject;
    }
    subject.kind = Kind::Group;
    subject.name = address::to_string(std::get<Alias>(entry).address);
    return subject;
}

/// Domains by their own names.
Awaitable<Result<address::Address>> own_form(Directory& directory, std::string_view text)
{
    CO_TRY(const auto parsed, address::parse(text));
    auto at = address::folded(parsed);
    const auto domain = co_await directory.find_domain(at.domain);
    if (!domain)
        co_return domain.error();
    at.domain = domain->name;
    co_return at;
}

/// Where the hints of one subject are: a kind, a name, and the owner behind it.
std::string share_prefix(Kind kind)
{
    return std::string(kSharePrefix) + static_cast<char>('0' + static_cast<int>(kind));
}

std::string share_prefix(const AclSubject& who)
{
    auto key = share_prefix(who.kind);
    if (who.kind == Kind::User)
        keys::append_be(key, value_of(who.account));
    key += who.name;
    key += '\0';
    return key;
}

constexpr std::size_t kOwnerOctets = 8;

/// Adds the owners of the hints below a prefix.
Awaitable<Result<>> read_owners(Engine& engine, std::string prefix, std::vector<AccountId>& owners)
{
    std::string after;
    while (owners.size() < kMaxSharers) {
        Query query;
        query.ranges.push_back({prefix, after, 500});
        auto answer = co_await engine.read(keys::server(), std::move(query));
        if (!answer)
            co_return answer.error();
        const auto& page = answer->pages[0];
        for (const auto& row : page.rows)
            if (const auto owner = keys::read_be<std::uint64_t>(row.key, prefix.size()))
                owners.push_back(AccountId{*owner});
        if (!page.more)
            break;
        after = page.rows.back().key;
    }
    co_return ok();
}

/// Every group that was given rights, each once.
Awaitable<Result<std::vector<std::string>>> shared_groups(Engine& engine)
{
    const auto prefix = share_prefix(Kind::Group);
    std::vector<std::string> groups;
    std::string after;
    for (;;) {
        Query query;
        query.ranges.push_back({prefix, after, 500});
        auto answer = co_await engine.read(keys::server(), std::move(query));
        if (!answer)
            co_return answer.error();
        const auto& page = answer->pages[0];
        for (const auto& row : page.rows) {
            if (row.key.size() < prefix.size() + 1 + kOwnerOctets)
                continue;
            auto name = row.key.substr(prefix.size(), row.key.size() - prefix.size() - 1 - kOwnerOctets);
            if (groups.empty() || groups.back() != name)
                groups.push_back(std::move(name));
        }
        if (!page.more)
            co_return groups;
        after = page.rows.back().key;
    }
}

} // namespace

Awaitable<Result<AclSubject>> find_subject(Directory& directory, std::string identifier)
{
    AclSubject subject;
    if (ascii::equals_ignoring_case(identifier, kAnyone))
        co_return subject;
    if (identifier.starts_with('@')) {
        subject.kind = Kind::Domain;
        CO_TRY(auto name, address::canonical_domain(identifier.substr(1)));
        const auto domain = co_await directory.find_domain(std::move(name));
        if (!domain)
            co_return domain.error();
        subject.name = domain->name;
        co_return subject;
    }
    auto at = co_await own_form(directory, identifier);
    if (!at)
        co_return at.error();
    const auto entry = co_await directory.find(std::move(*at));
    if (!entry)
        co_return entry.error();
    if (const auto* alias = std::get_if<Alias>(&*entry); alias != nullptr && alias->is_wildcard())
        co_return Error(Errc::Invalid, "a wildcard alias is no group");
    co_return subject_of(*entry);
}

Awaitable<Result<std::string>> identifier_of(Directory& directory, AclSubject subject)
{
    switch (subject.kind) {
    case Kind::Anyone:
        co_return std::string(kAnyone);
    case Kind::Domain:
        co_return "@" + subject.name;
    case Kind::Group:
        co_return subject.name;
    case Kind::User:
        break;
    }
    const auto user = co_await directory.find_account(subject.account);
    if (!user)
        co_return user.error();
    co_return address::to_string(user->address);
}

Awaitable<Result<bool>> Visitor::leads_to_me(std::string text, unsigned level)
{
    if (level > kMaxAliasLevels)
        co_return false;
    const auto at = co_await own_form(directory_, text);
    if (!at && (at.error().code() == Errc::NotFound || at.error().code() == Errc::Invalid))
        co_return false; // an address elsewhere
    if (!at)
        co_return at.error();
    const auto entry = co_await directory_.find(*at);
    if (!entry && entry.error().code() == Errc::NotFound)
        co_return false;
    if (!entry)
        co_return entry.error();
    if (const auto* user = std::get_if<User>(&*entry))
        co_return user->account == user_.account;
    const auto& alias = std::get<Alias>(*entry);
    if (!alias.enabled)
        co_return false;
    for (const auto& target : alias.targets) {
        CO_TRY(const bool found, co_await leads_to_me(target, level + 1));
        if (found)
            co_return true;
    }
    co_return false;
}

Awaitable<Result<bool>> Visitor::is_member(std::string group)
{
    if (const auto known = groups_.find(group); known != groups_.end())
        co_return known->second;
    CO_TRY(const bool member, co_await leads_to_me(group, 1));
    groups_[group] = member;
    co_return member;
}

Awaitable<Result<MailboxRights>> Visitor::rights(const Acl& acl, bool is_for_anyone)
{
    MailboxRights best;
    auto decided = Kind::Anyone;
    for (const auto& entry : acl.entries) {
        const auto kind = entry.who.kind;
        if (kind < decided)
            continue;
        bool matches = kind == Kind::Anyone && is_for_anyone;
        if (kind == Kind::Domain)
            matches = entry.who.name == user_.address.domain;
        if (kind == Kind::User)
            matches = entry.who.account == user_.account;
        if (kind == Kind::Group) {
            CO_TRY(matches, co_await is_member(entry.who.name));
        }
        if (!matches)
            continue;
        best = kind > decided ? entry.rights : best | entry.rights;
        decided = kind;
    }
    co_return best;
}

Awaitable<Result<>> note_share(Engine& engine, AclSubject who, AccountId owner)
{
    auto key = share_prefix(who);
    keys::append_be(key, value_of(owner));
    Query query;
    query.keys.push_back(key);
    const auto answer = co_await engine.read(keys::server(), std::move(query));
    if (!answer)
        co_return answer.error();
    if (answer->values[0])
        co_return ok();
    Batch batch;
    batch.put.push_back({std::move(key), "1"});
    co_return co_await engine.commit(keys::server(), std::move(batch));
}

Awaitable<Result<std::vector<AccountId>>> sharers(Engine& engine, Visitor& visitor)
{
    AclSubject anyone, domain, user;
    domain.kind = Kind::Domain;
    domain.name = visitor.user().address.domain;
    user.kind = Kind::User;
    user.account = visitor.user().account;
    std::vector<AccountId> owners;
    CO_TRY_VOID(co_await read_owners(engine, share_prefix(user), owners));
    CO_TRY(const auto groups, co_await shared_groups(engine));
    for (const auto& group : groups) {
        CO_TRY(const bool member, co_await visitor.is_member(group));
        if (!member)
            continue;
        AclSubject who;
        who.kind = Kind::Group;
        who.name = group;
        CO_TRY_VOID(co_await read_owners(engine, share_prefix(who), owners));
    }
    CO_TRY_VOID(co_await read_owners(engine, share_prefix(domain), owners));
    CO_TRY_VOID(co_await read_owners(engine, share_prefix(anyone), owners));
    std::sort(owners.begin(), owners.end());
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    if (owners.size() > kMaxSharers)
        owners.resize(kMaxSharers);
    co_return owners;
}

} // namespace mailctl::store
