// mailctl status: what the running server is and does.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <unistd.h>

#include <map>

#include "cmd/status/status.h"
#include "cmd/table.h"
#include "conf/config.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

std::vector<std::string> listener_lines(const server::Server& server)
{
    std::vector<std::string> lines;
    for (const auto& view : server.listeners()) {
        const bool is_unix = view.address.starts_with("unix:");
        lines.push_back(view.listener.name + " " +
                        (is_unix ? view.address : to_string(view.local)) +
                        (!view.is_stopped         ? ""
                         : view.failure.empty() ? " stopped"
                                                : " failed: " + view.failure));
    }
    return lines;
}

std::vector<std::string> session_counts(const std::vector<net::SessionInfo::View>& sessions)
{
    std::map<std::string, std::size_t> counts;
    for (const auto& session : sessions)
        ++counts[session.protocol];
    std::vector<std::string> lines;
    for (const auto& [protocol, count] : counts)
        lines.push_back(protocol + " " + std::to_string(count));
    return lines;
}

int run(Context& ctx)
{
    const server::Server& server = *ctx.server();
    const auto config = server.config();
    const auto sessions = server.sessions();
    const auto uptime = std::chrono::duration_cast<seconds>(system_clock().now() - server.started());
    Sheet sheet(ctx, "mailctl.status/1");
    sheet.field("version", MAILCTL_VERSION)
        .field("pid", static_cast<std::int64_t>(::getpid()))
        .field("started", server.started())
        .field("uptime", to_text(milliseconds(uptime)))
        .field("settings", config->file)
        .field("generation", server.generation())
        .field("data_dir", config->server.data_dir)
        .field("listeners", listener_lines(server))
        .field("sessions", static_cast<std::uint64_t>(sessions.size()))
        .field("sessions_by_listener", session_counts(sessions));
    return EX_OK;
}

} // namespace

void add_status(CLI::App& app, Context& ctx)
{
    auto* status = app.add_subcommand("status", "Show what the running server is and does");
    status->callback([&ctx] { ctx.action = [&ctx] { return run(ctx); }; });
}

} // namespace mailctl::cmd
