// mailctl session watch: tells of connections as they begin, change and end.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <chrono>
#include <map>
#include <thread>

#include "cmd/session/session.h"
#include "core/base/clock.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

constexpr std::chrono::milliseconds kTick{100}; ///< how soon ^C is noticed

struct Options {
    SessionFilter filter;
    std::string interval = "1s";
    unsigned count = 0; ///< looks; 0: until ^C
};

/// True where people would want to be told: not of every octet.
bool has_changed(const LiveSession& before, const LiveSession& after)
{
    return before.user != after.user || before.command != after.command ||
           before.mailbox != after.mailbox || before.client != after.client ||
           before.tls_version != after.tls_version;
}

/// What one look found, against the one before.
class Watching {
public:
    Watching(const SessionFilter& filter, Context& ctx) : filter_(filter), ctx_(ctx) {}

    void look()
    {
        std::map<std::uint64_t, LiveSession> now;
        for (auto& session : live_sessions(ctx_))
            if (filter_.matches(session))
                now.emplace(session.id, std::move(session));
        for (const auto& [id, session] : known_)
            if (!now.contains(id))
                tell("end", session);
        for (const auto& [id, session] : now) {
            const auto before = known_.find(id);
            if (before == known_.end())
                tell("start", session);
            else if (has_changed(before->second, session))
                tell("change", session);
        }
        known_ = std::move(now);
        ctx_.flush();
    }

private:
    void tell(std::string_view event, const LiveSession& session)
    {
        auto cells = session_cells(session);
        cells.insert(cells.begin(), {Cell(system_clock().now()), Cell(event)});
        if (ctx_.format != Format::Table)
            return table_.add(std::move(cells));
        std::string line; // a table would wait for its width
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string value = cells[i].for_people();
            if (value.empty())
                continue;
            line += line.empty() ? "" : " ";
            line += i < 2 ? value : std::string(columns_.names[i]) + '=' + value;
        }
        ctx_.write(line + '\n');
    }

    static Columns watch_columns()
    {
        auto names = session_columns();
        names.insert(names.begin(), {"time", "event"});
        return {"mailctl.session.watch/1", std::move(names)};
    }

    const SessionFilter& filter_;
    Context& ctx_;
    Columns columns_ = watch_columns();
    Table table_{ctx_, columns_};
    std::map<std::uint64_t, LiveSession> known_;
};

/// False: it is over.
bool rest(Context& ctx, milliseconds time)
{
    const auto until = std::chrono::steady_clock::now() + time;
    while (!ctx.cancelled() && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(kTick);
    return !ctx.cancelled();
}

int run(const Options& options, Context& ctx)
{
    if (const auto fine = options.filter.check(); !fine)
        return ctx.fail(fine.error());
    if (ctx.format == Format::Json)
        ctx.format = Format::Ndjson; // it has no end to close an array at
    const auto every = parse_duration(options.interval);
    if (!every || *every < kTick)
        return ctx.usage("--interval is a time of at least " + to_text(kTick));
    Watching watching(options.filter, ctx);
    unsigned looks = 0;
    do
        watching.look();
    while (++looks != options.count && rest(ctx, *every));
    return EX_OK;
}

} // namespace

void add_session_watch(CLI::App& session, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* watch = session.add_subcommand(
        "watch", "Tell of live connections as they begin, change and end, until ^C");
    add_session_filter(*watch, options->filter);
    watch->add_option("--interval", options->interval, "How often to look (default 1s)")
        ->type_name("TIME");
    watch->add_option("--count", options->count, "End after so many looks")->type_name("N");
    watch->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
