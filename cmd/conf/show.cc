// mailctl conf show: the settings in force, their defaults, and where each was set.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/conf/conf.h"
#include "cmd/table.h"
#include "conf/load.h"
#include "conf/print.h"
#include "core/base/ascii.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string pattern;
    bool changed = false, defaults = false, origin = false;
};

int run(const Options& options, Context& ctx)
{
    const auto loaded = conf::load(settings_file(ctx));
    for (const auto& error : loaded.errors)
        ctx.complain(conf::to_string(error));
    if (!loaded.errors.empty())
        return EX_CONFIG;
    std::vector<std::string> columns{"key", options.defaults ? "default" : "value"};
    if (options.origin)
        columns.push_back("origin");
    Table table(ctx, {"mailctl.conf.show/1", {"key", "value", "default", "origin", "changed"}},
                ctx.format == Format::Table ? columns : std::vector<std::string>());
    for (const auto& shown : conf::all_values(loaded.config)) {
        if ((options.changed && !shown.changed()) ||
            ascii::find_ignoring_case(shown.path, options.pattern) == std::string::npos)
            continue;
        const auto at = loaded.origins.find(shown.origin_key);
        const auto origin = at == loaded.origins.end()
                                ? std::string("default")
                                : at->second.file + ":" + std::to_string(at->second.line);
        table.row(shown.path, shown.value, shown.default_value, origin, shown.changed());
    }
    return EX_OK;
}

} // namespace

void add_conf_show(CLI::App& conf, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* show = conf.add_subcommand("show", "Show settings and where they were set");
    show->add_option("PATTERN", options->pattern, "Only keys that contain this");
    show->add_flag("--changed", options->changed, "Only those that differ from their default");
    show->add_flag("--default", options->defaults, "Show the defaults instead of the values");
    show->add_flag("--origin", options->origin, "Show file and line of each value");
    show->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
