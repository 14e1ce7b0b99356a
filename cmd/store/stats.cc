// mailctl store stats: how much is in the store, and what it takes on disk.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/store/verbs.h"
#include "cmd/table.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

int run(Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto stats = ctx.wait((*store)->stats());
    if (!stats)
        return ctx.fail(stats.error());
    Sheet sheet(ctx, "mailctl.store.stats/1");
    sheet.field("accounts", stats->accounts).field("messages", stats->messages);
    sheet.field("octets", Octets{stats->octets}).field("queued", stats->queued);
    sheet.field("rows_on_disk", Octets{stats->rows_octets_on_disk});
    sheet.field("bodies_on_disk", Octets{stats->bodies_octets_on_disk});
    return EX_OK;
}

} // namespace

void add_store_stats(CLI::App& store, Context& ctx)
{
    auto* stats = store.add_subcommand("stats", "Show how much is in the store");
    stats->callback([&ctx] { ctx.action = [&ctx] { return run(ctx); }; });
}

} // namespace mailctl::cmd
