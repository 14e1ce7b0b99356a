// The fields of an alias, and which aliases a command is about.
#include <algorithm>

#include "cmd/alias/alias.h"
#include "cmd/arguments.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::uint32_t kPage = 1000;

Result<store::Alias> named_alias(Context& ctx, store::Directory& directory,
                                 const std::string& name)
{
    TRY(auto address, parse_address_argument(name));
    TRY(const auto domain, ctx.wait(directory.find_domain(address.domain)));
    address.domain = domain.name;
    TRY(auto entry, ctx.wait(directory.find(address)));
    if (auto* alias = std::get_if<store::Alias>(&entry))
        return std::move(*alias);
    return Error(Errc::NotFound, address::to_string(address) + " is a user, not an alias");
}

Result<> read_domain(Context& ctx, store::Directory& directory, const std::string& domain,
                     const Filter<store::Alias>& filter, std::vector<store::Alias>& chosen)
{
    store::ListQuery query{domain, {}, kPage};
    for (;;) {
        TRY(auto page, ctx.wait(directory.list(query)));
        if (page.empty())
            return ok();
        query.after = std::visit(
            [](const auto& entry) { return address::to_string(entry.address); }, page.back());
        for (auto& entry : page) {
            auto* alias = std::get_if<store::Alias>(&entry);
            if (alias && filter.matches(*alias))
                chosen.push_back(std::move(*alias));
        }
    }
}

} // namespace

const Properties<store::Alias>& alias_properties()
{
    using store::Alias;
    static const Properties<Alias> all{
        {"address", true, [](const Alias& a) { return Cell(to_string(a.address)); }},
        {"targets", true, [](const Alias& a) { return Cell(a.targets); }},
        {"send_as", false, [](const Alias& a) { return Cell(a.send_as); }},
        {"enabled", true, [](const Alias& a) { return Cell(a.enabled); }},
        {"comment", true, [](const Alias& a) { return Cell(a.comment); }},
        {"wildcard", false, [](const Alias& a) { return Cell(a.is_wildcard()); }},
        {"domain", false, [](const Alias& a) { return Cell(a.address.domain); }},
        {"managed_by", false,
         [](const Alias& a) {
             return Cell(a.managed_by == store::ManagedBy::File ? "file" : "command");
         }},
        {"created", false, [](const Alias& a) { return Cell(a.created); }},
    };
    return all;
}

Result<std::vector<store::Alias>> chosen_aliases(Context& ctx, const std::vector<std::string>& names,
                                                 const Selection& selection)
{
    TRY(const auto filter, Filter<store::Alias>::make(selection, alias_properties()));
    TRY(store::Store* store, ctx.store());
    store::Directory& directory = store->directory();
    std::vector<store::Alias> chosen;
    for (const auto& name : names) {
        TRY(auto alias, named_alias(ctx, directory, name));
        if (filter.matches(alias))
            chosen.push_back(std::move(alias));
    }
    for (const auto& given : selection.domains) {
        TRY(const std::string canonical, address::canonical_domain(given));
        TRY(const auto domain, ctx.wait(directory.find_domain(canonical)));
        TRY_VOID(read_domain(ctx, directory, domain.name, filter, chosen));
    }
    if (names.empty() && selection.domains.empty()) {
        TRY_VOID(read_domain(ctx, directory, {}, filter, chosen));
    }
    if (filter.is_sorted())
        std::stable_sort(chosen.begin(), chosen.end(), [&](const auto& a, const auto& b) {
            return filter.is_before(a, b);
        });
    if (selection.limit != 0 && chosen.size() > selection.limit)
        chosen.resize(selection.limit);
    return chosen;
}

} // namespace mailctl::cmd
