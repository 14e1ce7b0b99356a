// mailctl log level: changes how much one area of the running server logs, until a reload.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/log/level.h"
#include "core/base/log.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string area, level;
};

int run(const Options& options, Context& ctx)
{
    log::Level level{};
    if (!log::parse_level(options.level, level))
        return ctx.usage("\"" + options.level + "\": wire, debug, info, warn, error or off");
    const auto* found =
        std::find(std::begin(log::kAreas), std::end(log::kAreas), options.area);
    if (options.area != "all" && found == std::end(log::kAreas)) {
        std::string known = "all";
        for (const auto area : log::kAreas)
            known += ", " + std::string(area);
        return ctx.usage("\"" + options.area + "\" is no area; there are " + known);
    }
    log::set_level(options.area == "all" ? "" : options.area, level);
    return EX_OK;
}

} // namespace

void add_log_level(CLI::App& log, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = log.add_subcommand(
        "level", "Change how much an area of the running server logs, until it reloads");
    verb->add_option("area", options->area, "Area, or all")->required()->type_name("AREA");
    verb->add_option("level", options->level, "wire, debug, info, warn, error or off")
        ->required()
        ->type_name("LEVEL");
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
