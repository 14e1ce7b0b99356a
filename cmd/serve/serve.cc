// mailctl serve: runs the server in the foreground until it is told to stop.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <csignal>

#include "cmd/serve/serve.h"
#include "core/base/log.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

sigset_t our_signals()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGHUP, SIGTERM, SIGINT})
        sigaddset(&set, signal);
    return set;
}

int run(Context& ctx)
{
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());

    // Blocked before the first thread starts: all of them inherit it, and sigwait alone hears them.
    const sigset_t signals = our_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    server::Parts parts;
    parts.run_command = run_inside;
    auto server = server::Server::start(*config, std::move(parts));
    if (!server)
        return ctx.fail(server.error());
    ctx.detail("serving; stop with SIGTERM, reload with SIGHUP");

    for (int signal = 0; sigwait(&signals, &signal) == 0 && signal == SIGHUP;) {
        // What is wrong with the new settings is in the log; the old ones stay.
        if (const auto reloaded = (*server)->reload_file(); reloaded)
            for (const auto& key : reloaded->restart)
                log::warn("server", "needs a restart", {{"setting", key}});
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr); // who asks twice does not want to wait
    (*server)->stop();
    server->reset();
    log::info("server", "stopped");
    log::flush();
    return EX_OK;
}

} // namespace

void add_serve(CLI::App& app, Context& ctx)
{
    auto* serve = app.add_subcommand("serve", "Run the server in the foreground");
    serve->callback([&ctx] { ctx.action = [&ctx] { return run(ctx); }; });
}

} // namespace mailctl::cmd
