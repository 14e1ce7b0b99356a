// Gives a domain another name: every step leaves both names working, and can be run again.
#include <utility>

#include "core/base/ascii.h"
#include "store/directory/directory_keys.h"
#include "store/directory/directory_records.h"
#include "store/directory/engine_directory.h"

namespace mailctl::store {
namespace {

/// Erased in one commit: with their old values, of 64 KiB at most, below what a batch may hold.
constexpr std::uint32_t kErasedAtOnce = 100;

/// `text` with the domain `to` where it is an address at `from`.
std::string moved_address(const std::string& text, std::string_view from, std::string_view to)
{
    const auto at = text.rfind('@');
    if (at == std::string::npos || !ascii::equals_ignoring_case(std::string_view(text).substr(at + 1), from))
        return text;
    return text.substr(0, at + 1) + std::string(to);
}

bool is_former_address(const Alias& alias, std::string_view to)
{
    return alias.comment == "former address" && alias.targets.size() == 1 &&
           alias.targets[0] == alias.address.local_part + "@" + std::string(to);
}

} // namespace

Awaitable<Result<>> EngineDirectory::rename_domain(std::string from, std::string to, bool resume)
{
    auto old_row = co_await domain_row(from);
    if (!old_row)
        co_return old_row.error();
    if (!*old_row)
        co_return Error(Errc::NotFound, "no such domain: " + from);
    if (from == to)
        co_return Error(Errc::Exists, "domain exists: " + to);
    CO_TRY(const Domain old, decode_domain(**old_row));
    auto there = co_await domain_row(to);
    if (!there)
        co_return there.error();
    if (*there && !resume)
        co_return Error(Errc::Exists, "domain exists: " + to);
    if (!*there) {
        Domain renamed = old;
        renamed.name = to;
        renamed.catch_all = moved_address(old.catch_all, from, to);
        renamed.abuse = moved_address(old.abuse, from, to);
        renamed.postmaster = moved_address(old.postmaster, from, to);
        auto added = co_await add_domain(std::move(renamed));
        if (!added)
            co_return added;
    }
    auto moved = co_await move_entries(from, to);
    if (!moved)
        co_return moved;
    for (const std::string& alias : old.aliases) {
        auto claimed = co_await move_claim(alias, from, to);
        if (!claimed)
            co_return claimed;
    }
    co_return co_await become_alias(std::move(from), std::move(to));
}

/// Users take their accounts along and leave an alias; aliases are copied. So each address of
/// `from` keeps leading where it did, and the same address of `to` leads there too.
Awaitable<Result<>> EngineDirectory::move_entries(std::string from, std::string to)
{
    // Wildcards last: until then a name that one of them catches has come over by itself.
    std::vector<Alias> wildcards;
    ListQuery query{from, {}, 500};
    for (;;) {
        auto page = co_await list(query);
        if (!page)
            co_return page.error();
        if (page->empty())
            break;
        for (const Entry& entry : *page) {
            if (const auto* user = std::get_if<User>(&entry)) {
                address::Address old = user->address;
                address::Address now{old.local_part, to};
                query.after = address::to_string(old);
                auto renamed = co_await rename_user(std::move(old), std::move(now), FormerAddress::Alias);
                if (!renamed)
                    co_return renamed;
                continue;
            }
            Alias alias = std::get<Alias>(entry);
            query.after = address::to_string(alias.address);
            if (is_former_address(alias, to))
                continue;
            alias.address.domain = to;
            for (std::string& target : alias.targets)
                target = moved_address(target, from, to);
            if (alias.is_wildcard()) {
                wildcards.push_back(std::move(alias));
                continue;
            }
            auto added = co_await add_alias(std::move(alias));
            if (!added && added.error().code() != Errc::Exists) // there from a run before
                co_return added;
        }
    }
    for (Alias& alias : wildcards) {
        auto added = co_await add_alias(std::move(alias));
        if (!added && added.error().code() != Errc::Exists)
            co_return added;
    }
    co_return ok();
}

/// Another name of `from` becomes one of `to`: listed first, then claimed in one commit.
Awaitable<Result<>> EngineDirectory::move_claim(std::string alias, std::string from, std::string to)
{
    auto listed = co_await list_alias(to, alias);
    if (!listed)
        co_return listed;
    const std::string key = keys::domain_alias(alias);
    const std::string before = encode_claim(from), after = encode_claim(to);
    Plan plan = [=](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (rows[0] != before)
            return std::vector<RowChange>();
        return std::vector<RowChange>{{key, after}};
    };
    std::vector<std::string> keys{key};
    co_return co_await change_shard_of(std::move(alias), std::move(keys), std::move(plan));
}

/// The domain `from`, left with aliases only, turns into another name of `to` in one commit; what
/// it still held is out of reach then and erased.
Awaitable<Result<>> EngineDirectory::become_alias(std::string from, std::string to)
{
    auto listed = co_await list_alias(to, from);
    if (!listed)
        co_return listed;
    const std::string key = keys::domain(from), claim = keys::domain_alias(from);
    const std::string patterns = keys::patterns(from), value = encode_claim(to);
    Plan turn = [=](const Rows& rows) -> Result<std::vector<RowChange>> {
        if (!rows[0])
            return Error(Errc::NotFound, "no such domain: " + from);
        TRY(const Domain domain, decode_domain(*rows[0]));
        if (domain.users != 0)
            return Error(Errc::Conflict, from + " has users again: repeat it with --resume");
        std::vector<RowChange> changes{{key, std::nullopt}, {claim, value}};
        if (rows[1])
            changes.emplace_back(patterns, std::nullopt);
        return changes;
    };
    std::vector<std::string> keys{key, patterns};
    auto turned = co_await change_shard_of(from, std::move(keys), std::move(turn));
    if (!turned)
        co_return turned;
    for (;;) {
        ListQuery query;
        query.domain = from;
        query.limit = kErasedAtOnce;
        auto page = co_await list(std::move(query));
        if (!page)
            co_return page.error();
        if (page->empty())
            co_return ok();
        std::vector<std::string> left;
        for (const Entry& entry : *page)
            left.push_back(keys::entry(std::get<Alias>(entry).address));
        Plan erase = [left](const Rows& rows) -> Result<std::vector<RowChange>> {
            std::vector<RowChange> changes;
            for (std::size_t i = 0; i < left.size(); ++i) {
                if (rows[i])
                    changes.emplace_back(left[i], std::nullopt);
            }
            return changes;
        };
        auto erased = co_await change_shard_of(from, std::move(left), std::move(erase));
        if (!erased)
            co_return erased;
    }
}

} // namespace mailctl::store
