// mailctl store salvage: reads messages out of a damaged store, past what cannot be read.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <filesystem>

#include "cmd/store/verbs.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string from, into;
};

int run(const Options& options, Context& ctx)
{
    namespace fs = std::filesystem;
    std::error_code ec;
    if (!fs::is_directory(options.from, ec)) {
        ctx.complain(options.from + ": no such folder");
        return EX_NOINPUT;
    }
    if (fs::exists(options.into, ec) && !fs::is_empty(options.into, ec))
        return ctx.fail(Error(Errc::Exists, options.into + ": is not empty; nothing was changed"));
    fs::create_directories(options.into, ec);
    if (ec)
        return ctx.fail(Error(Errc::Unavailable, options.into + ": " + ec.message()));
    const auto skipped = store::salvage(options.from, options.into);
    if (!skipped)
        return ctx.fail(skipped.error());
    std::uint64_t messages = 0;
    for (const auto& entry : fs::recursive_directory_iterator(options.into, ec))
        messages += entry.is_regular_file() ? 1 : 0;
    ctx.note(std::to_string(messages) + " messages in " + options.into);
    return report_findings(ctx, "mailctl.store.salvage/1", *skipped, kExitPartial);
}

} // namespace

void add_store_salvage(CLI::App& store, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* salvage = store.add_subcommand(
        "salvage", "Copy every readable message out of a damaged store; status 3 where some are not");
    salvage->add_option("STORE", options->from, "Folder of the store (server.data_dir); no server may run on it")
        ->required();
    salvage->add_option("DIR", options->into, "Empty folder for ACCOUNT/BODY.eml, made where missing")
        ->required();
    salvage->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
