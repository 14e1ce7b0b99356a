// argv -> a command: runs it inside the running server where there is one, else by itself.
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "cmd/backend.h"
#include "cmd/commands.h"
#include "cmd/conf/conf.h"
#include "cmd/remote.h"
#include "cmd/sendmail/sendmail.h"
#include "conf/config.h"

namespace mailctl::cmd {
namespace {

Streams own_streams()
{
    Streams streams;
    streams.in_is_terminal = isatty(0);
    streams.out_is_terminal = isatty(1);
    streams.err_is_terminal = isatty(2);
    winsize size{};
    if (ioctl(2, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        streams.width = size.ws_col;
    std::error_code ec;
    streams.directory = std::filesystem::current_path(ec).string();
    if (const char* conf = std::getenv("MAILCTL_CONF"))
        streams.conf = conf;
    return streams;
}

bool is_alone(const Command& command, const std::vector<std::string>& arguments)
{
    const std::string option(command.alone_with);
    return !option.empty() &&
           std::any_of(arguments.begin(), arguments.end(), [&option](const std::string& word) {
               return word == option || word.starts_with(option + '=');
           });
}

int run(std::string_view name, std::vector<std::string> words)
{
    OfflineBackend backend;
    Context ctx(own_streams(), backend);
    auto translated = translate_sendmail(name, std::move(words));
    if (!translated)
        return ctx.usage(translated.error().detail());
    std::vector<std::string> arguments = *std::move(translated);
    const auto app = build_command_line(ctx);
    int status = EX_OK;
    const Command* command = parse_command_line(*app, arguments, ctx, status);
    if (!command)
        return status;
    backend.use_file(settings_file(ctx));

    const Needs needs = is_alone(*command, arguments) ? Needs::Nothing : command->needs;
    const bool is_elsewhere = !ctx.host.host.empty();
    if (is_elsewhere && (needs == Needs::Nothing || needs == Needs::Config))
        return ctx.usage("this command works on this machine's files: not with --host");
    if (needs > Needs::Config)
        use_host_environment(ctx);
    if (!ctx.host.host.empty() && needs > Needs::Config)
        return run_on_host(ctx, std::move(arguments));

    if (needs != Needs::Nothing) {
        const auto config = ctx.config();
        if (const auto outside = run_sendmail_outside(ctx, config))
            return *outside;
        if (!config) {
            ctx.complain(config.error().detail());
            return EX_CONFIG;
        }
        if (needs != Needs::Config) {
            if (const auto remote = run_in_server(ctx, **config, std::move(arguments)))
                return *remote;
            if (needs == Needs::Server)
                return ctx.fail(Error(Errc::Unavailable, "no server is running on " +
                                                             (*config)->server.data_dir));
            if (needs == Needs::Read)
                ctx.note("offline: no server is running, reading the store itself");
        }
    }
    status = ctx.action();
    ctx.end_progress();
    return !ctx.flush() && status == EX_OK ? EX_IOERR : status;
}

} // namespace
} // namespace mailctl::cmd

int main(int argc, char** argv)
{
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return mailctl::cmd::run(argc > 0 ? argv[0] : "mailctl",
                                 std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
    } catch (const std::exception& error) {
        std::cerr << "mailctl: internal error: " << error.what() << "\n";
        return EX_SOFTWARE;
    }
}
