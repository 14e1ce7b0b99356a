// mailctl store move: another folder, or another disk, for everything the store keeps.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <filesystem>

#include "cmd/conf/conf.h"
#include "cmd/store/verbs.h"
#include "conf/config.h"
#include "store/upkeep/relocate.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string into;
    bool keep = false;
};

int run(const Options& options, Context& ctx)
{
    namespace fs = std::filesystem;
    if (ctx.server())
        return ctx.fail(Error(Errc::Busy, "the server uses the store; stop it first"));
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const fs::path from = (*config)->server.data_dir;
    const auto into = (fs::path(ctx.streams().directory) / options.into).lexically_normal();
    if (ctx.dry_run) {
        ctx.note("would move " + from.string() + " to " + into.string());
        return EX_OK;
    }
    if (!options.keep) {
        const auto sure = ctx.confirm("Move " + from.string() + " to " + into.string() + "?");
        if (!sure)
            return ctx.usage("say --yes to move " + from.string() + " without being asked");
        if (!*sure)
            return EX_OK;
    }
    const auto copied = store::copy_store(from, into, [&ctx](std::uint64_t done, std::uint64_t total) {
        ctx.progress("store", done, total);
        return !ctx.cancelled();
    });
    ctx.end_progress();
    if (!copied)
        return ctx.fail(copied.error());
    // The old store goes only once the settings name the new one.
    if (const int status = change_setting(ctx, "server.data_dir", into.string()); status != EX_OK) {
        ctx.complain("the copy in " + into.string() + " is whole, the settings still name " + from.string());
        return status;
    }
    if (!options.keep) {
        if (const auto removed = store::remove_store(from); !removed)
            return ctx.fail(removed.error());
    }
    ctx.note("moved " + std::to_string(copied->files) + " files, " + std::to_string(copied->octets) +
             " octets, to " + into.string() + (options.keep ? "; the old store stays in " + from.string() : ""));
    return EX_OK;
}

} // namespace

void add_store_move(CLI::App& store, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* move = store.add_subcommand(
        "move", "Copy the store to another folder, compare, change server.data_dir, remove the old one");
    move->add_option("DIR", options->into, "Empty folder, made where missing")->required();
    move->add_flag("--keep", options->keep, "Leave the old store where it is");
    add_change_options(*move, ctx);
    move->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
