// mailctl store compact: gives back space, of bodies that nobody names too.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/store/verbs.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

int run(Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto swept = ctx.wait((*store)->sweep());
    if (!swept)
        return ctx.fail(swept.error());
    const auto done = ctx.wait((*store)->compact());
    if (!done)
        return ctx.fail(done.error());
    ctx.note("compacted; " + std::to_string(*swept) + " bodies that nothing named were erased");
    return EX_OK;
}

} // namespace

void add_store_compact(CLI::App& store, Context& ctx)
{
    auto* compact = store.add_subcommand("compact", "Give back space of what was erased");
    compact->callback([&ctx] { ctx.action = [&ctx] { return run(ctx); }; });
}

} // namespace mailctl::cmd
