// mailctl session kick: ends connections once their command under way is answered, and bans their
// addresses where that is asked for.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <set>

#include "cmd/ban/ban.h"
#include "cmd/session/session.h"
#include "core/net/network.h"
#include "core/server/server.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::vector<std::uint64_t> ids;
    SessionFilter filter;
    bool all = false, bans = false;
    std::string lasting, reason;
};

constexpr milliseconds kLongestBan = std::chrono::hours(24 * 365 * 10);

bool is_chosen(const Options& options, const LiveSession& session)
{
    const bool named = options.ids.empty() ||
                       std::find(options.ids.begin(), options.ids.end(), session.id) !=
                           options.ids.end();
    return named && options.filter.matches(session);
}

/// The ban that --for and --reason ask for. Errors: Invalid.
Result<store::Ban> wanted_ban(const Options& options, Time now)
{
    store::Ban ban;
    ban.start = now;
    ban.reason = options.reason.empty() ? "session kick" : options.reason;
    if (options.lasting.empty())
        return ban;
    TRY(const auto duration, parse_duration(options.lasting));
    if (duration > kLongestBan)
        return Error(Errc::Invalid, "--for: ten years at most; without it a ban has no end");
    ban.end = ban.start + duration;
    return ban;
}

/// Before the sessions end, so that none of them comes back. Errors: those of the store.
Result<> ban_all(store::Ban ban, const std::vector<LiveSession>& chosen, Context& ctx)
{
    TRY(store::Store* const store, ctx.store());
    std::set<std::string> done;
    for (const auto& session : chosen) {
        const auto network = net::Network::parse(session.peer.address);
        if (!network || session.peer.is_loopback()) {
            ctx.note("not banned: " + session.peer.address + " is this machine");
            continue;
        }
        ban.network = network->text();
        ban.user = session.user;
        if (!done.insert(ban.network).second)
            continue;
        if (!ctx.dry_run)
            TRY_VOID(ctx.wait(store->put_ban(ban)));
        ctx.note((ctx.dry_run ? "would ban " : "banned ") + ban.network);
    }
    return tell_server_of_bans(ctx);
}

int run(const Options& options, Context& ctx)
{
    if (!options.bans && (!options.lasting.empty() || !options.reason.empty()))
        return ctx.usage("--for and --reason are about bans: give --ban too");
    const auto ban = wanted_ban(options, system_clock().now());
    if (!ban)
        return ctx.usage(ban.error().detail());
    if (options.ids.empty() && options.filter.is_empty() && !options.all)
        return ctx.usage("name sessions by id or filter, or give --all");
    if (const auto fine = options.filter.check(); !fine)
        return ctx.fail(fine.error());
    auto chosen = live_sessions(ctx);
    std::erase_if(chosen, [&](const LiveSession& one) { return !is_chosen(options, one); });
    if (options.bans)
        if (const auto banned = ban_all(*ban, chosen, ctx); !banned)
            return ctx.fail(banned.error());
    std::size_t kicked = 0;
    for (const auto& session : chosen)
        if (ctx.dry_run || ctx.server()->kick(session.id))
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
    kick->add_flag("--ban", options->bans, "Also ban the addresses they come from");
    kick->add_option("--for", options->lasting, "How long the ban lasts; without it, until it is lifted")
        ->type_name("TIME");
    kick->add_option("--reason", options->reason, "Of the ban")->type_name("TEXT");
    add_change_options(*kick, ctx);
    kick->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
