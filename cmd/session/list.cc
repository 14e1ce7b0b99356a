// mailctl session list: shows the live connections, oldest first.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/session/session.h"
#include "cmd/table.h"
#include "core/base/ascii.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

int run(const SessionFilter& filter, Context& ctx)
{
    Table table(ctx, {"mailctl.session.list/1",
                      {"id", "listener", "peer", "user", "tls", "start", "client", "command"}});
    for (const auto& session : ctx.server()->sessions())
        if (filter.matches(session))
            table.row(session.id, session.protocol, to_string(session.peer), session.user,
                      session.tls, session.start, session.client, session.command);
    return EX_OK;
}

} // namespace

bool SessionFilter::matches(const net::SessionInfo::View& session) const
{
    return (user.empty() || ascii::equals_ignoring_case(user, session.user)) &&
           (listener.empty() || listener == session.protocol) &&
           (address.empty() || address == session.peer.address);
}

void add_session_filter(CLI::App& verb, SessionFilter& filter)
{
    verb.add_option("--user", filter.user, "Only sessions of this login")->type_name("ADDRESS");
    verb.add_option("--listener", filter.listener, "Only sessions of this listener")
        ->type_name("NAME");
    verb.add_option("--address", filter.address, "Only sessions from this IP address")
        ->type_name("IP");
}

void add_session_list(CLI::App& session, Context& ctx)
{
    auto filter = std::make_shared<SessionFilter>();
    auto* list = session.add_subcommand("list", "List the live connections, oldest first");
    add_session_filter(*list, *filter);
    list->callback([filter, &ctx] { ctx.action = [filter, &ctx] { return run(*filter, ctx); }; });
}

} // namespace mailctl::cmd
