// Aliases of the directory: exact ones, wildcards, and the search for loops among them.
#include <algorithm>
#include <map>
#include <utility>

#include "core/base/ascii.h"
#include "store/directory/directory_keys.h"
#include "store/directory/directory_records.h"
#include "store/directory/engine_directory.h"

namespace mailctl::store {
namespace {

/// Of one domain: their local parts share a row, and a miss compares with each.
constexpr std::size_t kMaxWildcards = 500;

/// Errors: Invalid, saying what is wrong.
Result<> check_fields(const Alias& alias)
{
    const std::string name = address::to_string(alias.address);
    if (alias.address.local_part.empty() || alias.address.domain.empty())
        return Error(Errc::Invalid, "an alias needs a local part and a domain");
    if (alias.address.local_part.size() > address::kMaxLocalPartOctets)
        return Error(Errc::Invalid, name + ": local part over 64 octets");
    if (alias.targets.empty())
        return Error(Errc::Invalid, name + ": no target");
    if (alias.targets.size() > kMaxAliasTargets)
        return Error(Errc::Invalid,
                     name + ": more than " + std::to_string(kMaxAliasTargets) + " targets");
    for (const auto& target : alias.targets) {
        const auto parsed = address::parse(target);
        if (!parsed)
            return parsed.error().within(name + ": target " + ascii::printable(target));
        if (parsed->local_part.find('*') != std::string::npos)
            return Error(Errc::Invalid, name + ": a target cannot be a wildcard: " + target);
    }
    if (encode(Entry(alias)).size() > kMaxValueOctets)
        return Error(Errc::Invalid, name + ": targets over 64 KiB together; split the alias");
    return ok();
}

/// The longest pattern first, then by name.
bool matches_better(const std::string& a, const std::string& b)
{
    return a.size() != b.size() ? a.size() > b.size() : a < b;
}

/// A depth-first walk along aliases, as mail would go.
struct Walk {
    std::vector<std::string> path;         ///< from the alias to where we are
    std::map<std::string, bool> done;      ///< seen in full: no loop from there
    std::string loop;                      ///< "a -> b -> a" once one is found
};

std::string drawn(const std::vector<std::string>& path, const std::string& back_to)
{
    std::string text;
    for (auto at = std::find(path.begin(), path.end(), back_to); at != path.end(); ++at)
        text += *at + " -> ";
    return text + back_to;
}

} // namespace

Awaitable<Result<Alias>> EngineDirectory::find_wildcard(address::Address address)
{
    const Error none(Errc::NotFound, "no wildcard alias matches");
    const std::uint16_t shard = keys::domain_shard(address.domain);
    Partition partition = keys::directory(shard);
    std::string key = keys::patterns(address.domain);
    auto stored = co_await row(std::move(partition), shard, std::move(key));
    if (!stored)
        co_return stored.error();
    if (!*stored)
        co_return none;
    CO_TRY(auto patterns, decode_patterns(**stored));
    std::erase_if(patterns, [&address](const std::string& pattern) {
        return !address::matches_wildcard(pattern, address.local_part);
    });
    std::sort(patterns.begin(), patterns.end(), matches_better);
    for (auto& pattern : patterns) {
        address::Address named{std::move(pattern), address.domain};
        auto entry = co_await find(std::move(named));
        if (!entry && entry.error().code() != Errc::NotFound)
            co_return entry.error();
        if (!entry)
            continue;
        if (auto* alias = std::get_if<Alias>(&*entry); alias && alias->enabled)
            co_return std::move(*alias);
    }
    co_return none;
}

/// What stands at `text` for the walk: its targets where it is an alias, nothing otherwise.
/// `alias` counts as saved already.
Awaitable<Result<std::vector<std::string>>>
EngineDirectory::targets_at(const Alias& alias, std::string text, std::string& name)
{
    std::vector<std::string> none;
    const auto parsed = address::parse(text);
    if (!parsed)
        co_return none;
    auto domain = co_await find_domain(parsed->domain);
    if (!domain && domain.error().code() != Errc::NotFound)
        co_return domain.error();
    if (!domain)
        co_return none;
    address::Address at = address::folded(*parsed);
    at.domain = domain->name;
    const auto parts = address::split_subaddress(at.local_part, domain->subaddress_separators);
    std::vector<std::string> locals{at.local_part};
    if (parts.user != at.local_part)
        locals.push_back(parts.user);
    for (const std::string& local : locals) {
        address::Address exact{local, at.domain};
        name = address::to_string(exact);
        if (exact == alias.address)
            co_return alias.targets;
        auto entry = co_await find(std::move(exact));
        if (!entry && entry.error().code() != Errc::NotFound)
            co_return entry.error();
        if (!entry)
            continue;
        const auto* other = std::get_if<Alias>(&*entry);
        co_return other && other->enabled ? other->targets : none;
    }
    auto wild = co_await find_wildcard(at);
    if (!wild && wild.error().code() != Errc::NotFound)
        co_return wild.error();
    const bool ours = alias.is_wildcard() && alias.address.domain == at.domain &&
                      address::matches_wildcard(alias.address.local_part, at.local_part);
    if (ours && (!wild || wild->address == alias.address ||
                 matches_better(alias.address.local_part, wild->address.local_part))) {
        name = address::to_string(alias.address);
        co_return alias.targets;
    }
    if (!wild)
        co_return none;
    name = address::to_string(wild->address);
    co_return wild->targets;
}

/// Errors: Invalid, naming the loop or the chain over kMaxAliasLevels that saving `alias` makes.
Awaitable<Result<>> EngineDirectory::refuse_loop(const Alias& alias)
{
    struct Frame {
        std::string name;
        std::vector<std::string> targets;
        std::size_t next = 0;
    };
    const std::string start = address::to_string(alias.address);
    std::vector<Frame> frames;
    frames.push_back({start, alias.targets, 0});
    Walk walk;
    walk.path.push_back(start);
    while (!frames.empty()) {
        Frame& frame = frames.back();
        if (frame.next == frame.targets.size()) {
            walk.done[frame.name] = true;
            walk.path.pop_back();
            frames.pop_back();
            continue;
        }
        std::string name;
        std::string target = frame.targets[frame.next++];
        auto targets = co_await targets_at(alias, std::move(target), name);
        if (!targets)
            co_return targets.error();
        if (targets->empty() || walk.done.contains(name))
            continue;
        if (std::find(walk.path.begin(), walk.path.end(), name) != walk.path.end())
            co_return Error(Errc::Invalid, "aliases would go round: " + drawn(walk.path, name));
        if (frames.size() == kMaxAliasLevels)
            co_return Error(Errc::Invalid, start + ": more than " +
                                               std::to_string(kMaxAliasLevels) +
                                               " levels of aliases");
        walk.path.push_back(name);
        frames.push_back({std::move(name), std::move(*targets), 0});
    }
    co_return ok();
}

Awaitable<Result<>> EngineDirectory::add_alias(Alias alias)
{
    alias.created = alias.created == Time{} ? clock_.now() : alias.created;
    co_return co_await save_alias(std::move(alias), true);
}

Awaitable<Result<>> EngineDirectory::set_alias(Alias alias)
{
    co_return co_await save_alias(std::move(alias), false);
}

Awaitable<Result<>> EngineDirectory::save_alias(Alias alias, bool is_new)
{
    alias.address = address::folded(alias.address);
    CO_TRY_VOID(check_fields(alias));
    if (alias.enabled) {
        auto straight = co_await refuse_loop(alias);
        if (!straight)
            co_return straight;
    }
    const std::string domain = alias.address.domain, local = alias.address.local_part;
    const std::string name = address::to_string(alias.address);
    std::vector<std::string> keys{keys::domain(domain), keys::entry(alias.address),
                                  keys::patterns(domain)};
    Plan plan = [=](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (!rows[0])
            return Error(Errc::NotFound, "no such domain: " + domain);
        if (is_new && rows[1])
            return Error(Errc::Exists, "address taken: " + name);
        if (!is_new && !rows[1])
            return Error(Errc::NotFound, "no such alias: " + name);
        Alias saved = alias;
        if (!is_new) {
            TRY(const Entry entry, decode_entry(*rows[1]));
            const auto* old = std::get_if<Alias>(&entry);
            if (!old)
                return Error(Errc::NotFound, name + " is a user");
            saved.created = old->created;
            return std::vector<RowChange>{{keys[1], encode(Entry(saved))}};
        }
        TRY(Domain record, decode_domain(*rows[0]));
        if (record.limits.aliases != 0 && record.alias_count >= record.limits.aliases)
            return Error(Errc::OverQuota, domain + ": limit of aliases reached");
        ++record.alias_count;
        std::vector<RowChange> changes{{keys[0], encode(record)}, {keys[1], encode(Entry(saved))}};
        if (saved.is_wildcard()) {
            std::vector<std::string> patterns;
            if (rows[2]) {
                TRY(patterns, decode_patterns(*rows[2]));
            }
            if (patterns.size() >= kMaxWildcards)
                return Error(Errc::OverQuota, domain + ": " + std::to_string(kMaxWildcards) +
                                                  " wildcard aliases already");
            patterns.push_back(local);
            changes.emplace_back(keys[2], encode_patterns(patterns));
        }
        return changes;
    };
    co_return co_await change_shard_of(domain, std::move(keys), std::move(plan));
}

Awaitable<Result<>> EngineDirectory::remove_alias(address::Address address)
{
    const std::string domain = address.domain, name = address::to_string(address);
    std::vector<std::string> keys{keys::domain(domain), keys::entry(address),
                                  keys::patterns(domain)};
    if (keys[1].size() > kMaxKeyOctets)
        co_return Error(Errc::NotFound, "no such alias");
    Plan plan = [=](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (!rows[0] || !rows[1])
            return Error(Errc::NotFound, "no such alias: " + name);
        TRY(const Entry entry, decode_entry(*rows[1]));
        if (!std::holds_alternative<Alias>(entry))
            return Error(Errc::NotFound, name + " is a user");
        TRY(Domain record, decode_domain(*rows[0]));
        record.alias_count -= record.alias_count > 0 ? 1 : 0;
        std::vector<RowChange> changes{{keys[0], encode(record)}, {keys[1], std::nullopt}};
        if (std::get<Alias>(entry).is_wildcard() && rows[2]) {
            TRY(auto patterns, decode_patterns(*rows[2]));
            std::erase(patterns, address.local_part);
            if (patterns.empty())
                changes.emplace_back(keys[2], std::nullopt);
            else
                changes.emplace_back(keys[2], encode_patterns(patterns));
        }
        return changes;
    };
    co_return co_await change_shard_of(domain, std::move(keys), std::move(plan));
}

} // namespace mailctl::store
