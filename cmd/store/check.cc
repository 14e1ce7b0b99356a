// mailctl store check and scrub: every row against every other, every body against its checksum.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/store/verbs.h"
#include "cmd/table.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

int run_check(bool repair, Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto found = ctx.wait((*store)->check(repair && !ctx.dry_run));
    if (!found)
        return ctx.fail(found.error());
    const bool all_repaired = std::all_of(found->begin(), found->end(),
                                          [](const auto& finding) { return finding.repaired; });
    return report_findings(ctx, "mailctl.store.check/1", *found,
                           all_repaired ? EX_OK : EX_IOERR);
}

int run_scrub(Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto found = ctx.wait((*store)->scrub());
    if (!found)
        return ctx.fail(found.error());
    return report_findings(ctx, "mailctl.store.scrub/1", *found, EX_IOERR);
}

} // namespace

int report_findings(Context& ctx, std::string_view schema, const std::vector<store::Finding>& found,
                    int status)
{
    if (found.empty()) {
        ctx.note("nothing found");
        if (ctx.format == Format::Table)
            return EX_OK;
    }
    Table table(ctx, {schema, {"where", "what", "repaired"}});
    for (const auto& finding : found)
        table.row(finding.where, finding.what, finding.repaired);
    return found.empty() ? EX_OK : status;
}

void add_store_check(CLI::App& store, Context& ctx)
{
    auto repair = std::make_shared<bool>(false);
    auto* check = store.add_subcommand(
        "check", "Check that counts, indexes and references agree; status 74 where they do not");
    check->add_flag("--repair", *repair, "Mend what can be mended from the messages themselves");
    add_change_options(*check, ctx);
    check->callback([repair, &ctx] { ctx.action = [repair, &ctx] { return run_check(*repair, ctx); }; });
}

void add_store_scrub(CLI::App& store, Context& ctx)
{
    auto* scrub = store.add_subcommand(
        "scrub", "Read every body and verify its checksum; status 74 where one fails");
    scrub->callback([&ctx] { ctx.action = [&ctx] { return run_scrub(ctx); }; });
}

} // namespace mailctl::cmd
