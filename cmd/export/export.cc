// What the exports share.
#include "cmd/export/export.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "core/base/ascii.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::uint32_t kPageEntries = 1000;

address::Address address_of(const store::Entry& entry)
{
    return std::visit([](const auto& object) { return object.address; }, entry);
}

} // namespace

void add_export_options(CLI::App& verb, const std::shared_ptr<ExportOptions>& options,
                        bool by_domain)
{
    if (by_domain)
        verb.add_option("--domain", options->domain, "Only of this domain");
    verb.add_option("--columns", options->columns, "These columns, in this order: A,B,C")
        ->delimiter(',');
}

void default_to_csv(Context& ctx)
{
    if (ctx.format == Format::Table)
        ctx.format = Format::Csv;
}

std::optional<int> check_export_columns(const Columns& columns,
                                        const std::vector<std::string>& wanted, Context& ctx)
{
    const auto unknown = unknown_column(columns, wanted);
    if (!unknown)
        return std::nullopt;
    std::string known;
    for (const auto name : columns.names)
        known += (known.empty() ? "" : ", ") + std::string(name);
    return ctx.usage("no column \"" + ascii::printable(*unknown) + "\"; there are " + known);
}

Result<> for_each_entry(Context& ctx, const std::string& domain,
                        const std::function<void(const store::Entry&)>& each)
{
    TRY(auto* store, ctx.store());
    store::ListQuery query;
    query.limit = kPageEntries;
    if (!domain.empty()) {
        TRY(const auto canonical, address::canonical_domain(domain));
        TRY(const auto found, ctx.wait(store->directory().find_domain(canonical)));
        query.domain = found.name;
    }
    for (;;) {
        TRY(const auto page, ctx.wait(store->directory().list(query)));
        for (const auto& entry : page)
            each(entry);
        if (page.size() < kPageEntries)
            return ok();
        query.after = to_string(address_of(page.back()));
        if (ctx.cancelled() || !ctx.flush())
            return Error(Errc::Unavailable, "stopped");
    }
}

} // namespace mailctl::cmd
