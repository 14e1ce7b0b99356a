// A command inside the running server: its settings and store are the server's, all else its caller's.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/commands.h"
#include "cmd/serve/serve.h"
#include "core/base/log.h"
#include "core/server/server.h"
#include "core/server/stale_sessions.h"

namespace mailctl::cmd {
namespace {

class ServerBackend : public Backend {
public:
    explicit ServerBackend(server::Server& server) : server_(server) {}
    Result<std::shared_ptr<const conf::Config>> config() override { return server_.config(); }
    Result<store::Store*> store() override { return &server_.store(); }
    server::Server* server() override { return &server_; }
    boost::asio::any_io_executor executor() override { return server_.executor(); }

private:
    server::Server& server_;
};

Streams streams_of(const control::Request& request)
{
    Streams streams;
    streams.in = request.in.get();
    streams.out = request.out.get();
    streams.err = request.err.get();
    streams.in_is_terminal = request.in_is_terminal;
    streams.out_is_terminal = request.out_is_terminal;
    streams.err_is_terminal = request.err_is_terminal;
    streams.width = request.width;
    streams.directory = request.directory;
    if (const auto conf = request.environment.find("MAILCTL_CONF");
        conf != request.environment.end())
        streams.conf = conf->second;
    return streams;
}

void log_command(const Command& chosen, const control::Command& command)
{
    if (command.remote.empty())
        log::info("admin", "command",
                  {{"words", chosen.words}, {"uid", command.peer.uid}, {"pid", command.peer.pid}});
    else
        log::info("admin", "command", {{"words", chosen.words}, {"remote", command.remote}});
}

/// What a command did to users counts for those who are logged in. USR-12
void end_stale_sessions(const Command& command, Context& ctx)
{
    constexpr std::string_view kAboutUsers[] = {"user ", "domain ", "import ", "conf apply"};
    const bool is_about_users = std::any_of(
        std::begin(kAboutUsers), std::end(kAboutUsers),
        [&](std::string_view start) { return command.words.starts_with(start); });
    if (command.needs != Needs::Change || !is_about_users || ctx.dry_run)
        return;
    server::Server& server = *ctx.server();
    const auto config = server.config();
    const auto stale =
        ctx.wait(server::stale_sessions(server.store(), *config, server.sessions()));
    for (const auto id : stale)
        server.kick(id);
}

int run(const control::Command& asked, Context& ctx)
{
    const auto app = build_command_line(ctx);
    int status = EX_OK;
    const Command* command = parse_command_line(*app, asked.request.arguments, ctx, status);
    if (!command)
        return status;
    log_command(*command, asked);
    // What works on the caller's files would work with the server's rights here.
    if (command->needs == Needs::Nothing || command->needs == Needs::Config)
        return ctx.usage("this command does not run inside a server");
    status = ctx.action();
    end_stale_sessions(*command, ctx);
    ctx.end_progress();
    return !ctx.flush() && status == EX_OK ? EX_IOERR : status;
}

} // namespace

control::Answer run_inside(server::Server& server, control::Command& command)
{
    ServerBackend backend(server);
    Context ctx(streams_of(command.request), backend);
    ctx.cancelled_ = [flag = command.cancelled] { return flag->load(); };
    for (const auto& file : command.request.files)
        ctx.files.push_back({file.path, file.output, file.descriptor.get()});
    control::Answer answer;
    answer.status = run(command, ctx);
    return answer;
}

} // namespace mailctl::cmd
