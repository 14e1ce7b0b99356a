// mailctl queue report: what waits by destination, sender, account or error, to be passed on.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/shapes.h"
#include "core/base/ascii.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    QueueChoice choice;
    std::string by = "domain";
    bool html = false;
};

std::string html_text(std::string_view text)
{
    std::string out;
    for (const char c : ascii::printable(text)) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string html_row(std::string_view tag, const std::vector<std::string>& cells)
{
    std::string row = "<tr>";
    for (const auto& cell : cells)
        row += "<" + std::string(tag) + ">" + html_text(cell) + "</" + std::string(tag) + ">";
    return row + "</tr>\n";
}

void write_html(Context& ctx, const Options& options, Time now,
                const std::vector<store::QueueShape>& rows)
{
    const std::string title = "Mail queue by " + options.by;
    ctx.write("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>" +
              title +
              "</title>\n<style>body{font-family:sans-serif}table{border-collapse:collapse}"
              "th,td{border:1px solid #ccc;padding:2px 8px;text-align:right}"
              "th:first-child,td:first-child{text-align:left}</style></head>\n<body>\n<h1>" +
              title + "</h1>\n<p>Recipients that wait, by age, at " + to_rfc3339(now) +
              "</p>\n<table>\n");
    std::vector<std::string> cells{options.by, "total"};
    for (auto& name : shape_names())
        cells.push_back(std::move(name));
    ctx.write(html_row("th", cells));
    for (const auto& row : rows) {
        cells = {row.domain, std::to_string(row.total)};
        for (const auto count : row.buckets)
            cells.push_back(std::to_string(count));
        ctx.write(html_row("td", cells));
    }
    ctx.write("</table>\n</body>\n</html>\n");
}

int run(const Options& options, Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto rows = read_shape(ctx, options.choice, options.by);
    if (!rows)
        return ctx.fail(rows.error());
    if (options.html)
        write_html(ctx, options, (*store)->clock().now(), *rows);
    else
        show_shape(ctx, "mailctl.queue.report/1", options.by, *rows, false);
    return EX_OK;
}

} // namespace

void add_queue_report(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* report = queue.add_subcommand(
        "report", "Report what waits by destination, sender, account or error (see also -o)");
    add_queue_choice(*report, ctx, options->choice, ChoiceUse::Shape);
    add_shape_by(*report, options->by);
    report->add_flag("--html", options->html, "As a web page");
    report->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
