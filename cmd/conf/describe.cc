// mailctl conf describe: what each key is for.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/conf/conf.h"
#include "cmd/table.h"
#include "conf/print.h"

namespace mailctl::cmd {
namespace {

int run(const std::string& pattern, Context& ctx)
{
    const auto found = conf::describe(pattern);
    if (found.empty())
        return ctx.fail(Error(Errc::NotFound, "no key contains \"" + pattern + "\""));
    if (found.size() == 1 && ctx.format == Format::Table) {
        const auto& d = found.front();
        Sheet sheet(ctx, "mailctl.conf.describe/1");
        sheet.field("key", d.path).field("type", d.type);
        if (!d.choices.empty())
            sheet.field("choices", d.choices);
        sheet.field("default", d.default_value).field("a_change_is", d.effect);
        sheet.field("purpose", d.help);
        if (!d.manual.empty())
            sheet.field("more", d.manual);
        sheet.field("since", d.since);
        return EX_OK;
    }
    std::vector<std::string> columns;
    if (ctx.format == Format::Table)
        columns = {"key", "type", "default", "purpose"};
    Table table(ctx,
                {"mailctl.conf.describe/1",
                 {"key", "type", "choices", "default", "effect", "purpose", "manual", "since"}},
                columns);
    for (const auto& d : found)
        table.row(d.path, d.type, d.choices, d.default_value, d.effect, d.help, d.manual, d.since);
    return EX_OK;
}

} // namespace

void add_conf_describe(CLI::App& conf, Context& ctx)
{
    auto pattern = std::make_shared<std::string>();
    auto* describe = conf.add_subcommand("describe", "Tell what settings are for");
    describe->add_option("KEY", *pattern, "A key, or a part of it; without it, all are listed");
    describe->callback(
        [pattern, &ctx] { ctx.action = [pattern, &ctx] { return run(*pattern, ctx); }; });
}

} // namespace mailctl::cmd
