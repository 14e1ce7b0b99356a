// mailctl queue shape: how many recipients wait, by destination and age.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/shapes.h"
#include "cmd/table.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    QueueChoice choice;
    std::string by = "domain";
};

int run(const Options& options, Context& ctx)
{
    const auto rows = read_shape(ctx, options.choice, options.by);
    if (!rows)
        return ctx.fail(rows.error());
    show_shape(ctx, "mailctl.queue.shape/1", options.by, *rows, ctx.format == Format::Table);
    return EX_OK;
}

store::ShapeBy by_of(const std::string& text)
{
    if (text == "sender")
        return store::ShapeBy::Sender;
    if (text == "account")
        return store::ShapeBy::Account;
    return text == "error" ? store::ShapeBy::Error : store::ShapeBy::Domain;
}

} // namespace

const std::vector<milliseconds>& shape_bounds()
{
    static const std::vector<milliseconds> bounds = [] {
        std::vector<milliseconds> all;
        for (milliseconds bound = std::chrono::minutes(5); all.size() < 9; bound *= 2)
            all.push_back(bound);
        return all;
    }();
    return bounds;
}

std::vector<std::string> shape_names()
{
    std::vector<std::string> names;
    for (const auto bound : shape_bounds())
        names.push_back(
            std::to_string(std::chrono::duration_cast<std::chrono::minutes>(bound).count()) + "m");
    names.push_back(names.back() + "+");
    return names;
}

Result<std::vector<store::QueueShape>> read_shape(Context& ctx, const QueueChoice& choice,
                                                  const std::string& by)
{
    TRY(const auto chosen, read_queue_choice(ctx, choice));
    if (chosen.by_id)
        return Error(Errc::Invalid, "--state: what is being sent is listed, not counted: see "
                                    "\"queue list\"");
    TRY(store::Store* store, ctx.store());
    TRY(auto rows, ctx.wait(store->queue().shape(chosen.filter, shape_bounds(), by_of(by))));
    if (chosen.filter.limit != 0 && rows.size() > chosen.filter.limit)
        rows.resize(chosen.filter.limit);
    return rows;
}

void show_shape(Context& ctx, std::string_view schema, const std::string& by,
                const std::vector<store::QueueShape>& rows, bool total)
{
    const auto names = shape_names();
    Columns columns{schema, {by, "total"}};
    columns.names.insert(columns.names.end(), names.begin(), names.end());
    Table table(ctx, columns);
    const auto add = [&](const store::QueueShape& row) {
        std::vector<Cell> cells{Cell(row.domain), Cell(row.total)};
        for (const auto count : row.buckets)
            cells.emplace_back(count);
        table.add(std::move(cells));
    };
    if (total) {
        store::QueueShape sum;
        sum.domain = "TOTAL";
        sum.buckets.resize(names.size());
        for (const auto& row : rows) {
            sum.total += row.total;
            for (std::size_t i = 0; i < row.buckets.size(); ++i)
                sum.buckets[i] += row.buckets[i];
        }
        add(sum);
    }
    for (const auto& row : rows)
        add(row);
}

void add_shape_by(CLI::App& verb, std::string& by)
{
    verb.add_option("--by", by, "What is counted by: domain (default), sender, account, error")
        ->type_name("WHAT")
        ->check(CLI::IsMember({"domain", "sender", "account", "error"}));
}

void add_queue_shape(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* shape = queue.add_subcommand("shape", "Count what waits, by destination and age");
    add_queue_choice(*shape, ctx, options->choice, ChoiceUse::Shape);
    add_shape_by(*shape, options->by);
    shape->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
