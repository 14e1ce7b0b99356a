// mailctl session kick: ends connections once their command under way is answered.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/session/session.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::vector<std::uint64_t> ids;
    SessionFilter filter;
    bool all = false;
};

bool is_chosen(const Options& options, const LiveSession& session)
{
    const bool named = options.ids.empty() ||
                       std::find(options.ids.begin(), options.ids.end(), session.id) !=
                           options.ids.end();
    return named && options.filter.matches(session);
}

int run(const Options& options, Context& ctx)
{
    if (options.ids.empty() && options.filter.is_empty() && !options.all)
        return ctx.usage("name sessions by id or filter, or give --all");
    if (const auto fine = options.filter.check(); !fine)
        return ctx.fail(fine.error());
    std::size_t kicked = 0;
    for (const auto& session : live_sessions(ctx))
        if (is_chosen(options, session) && (ctx.dry_run || ctx.server()->kick(session.id)))
            ++kicked;
    ctx.note((ctx.dry_run ? "would end " : "ended ") + std::to_string(kicked) +
             (kicked == 1 ? " session" : " sessions"));
    return kicked > 0 || options.all ? EX_OK : kExitNo;
}

} // namespace

void add_session_kick(CLI::App& session, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* kick = session.add_subcommand(
        "kick", "End connections, each once its command under way is answered");
    kick->add_option("ids", options->ids, "Numbers that session list shows")->type_name("ID");
    add_session_filter(*kick, options->filter);
    kick->add_flag("--all", options->all, "Every session");
    add_change_options(*kick, ctx);
    kick->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
