// mailctl service list, stop and start: single listeners, until the server starts anew.
#include "cmd/service/service.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <map>

#include "cmd/table.h"
#include "conf/config.h"
#include "core/server/protocols.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

using Names = std::vector<std::string>;

bool is_listener(const conf::Config& config, const std::string& name)
{
    return std::any_of(config.listeners.begin(), config.listeners.end(),
                       [&](const auto& one) { return one.name == name; });
}

/// What there is of one listener of the settings.
struct Found {
    std::string state = "disabled", why;
    Names addresses;
    std::uint64_t sessions = 0;
};

std::map<std::string, Found> find_all(const server::Server& server)
{
    std::map<std::string, Found> all;
    for (const auto& view : server.listeners()) {
        Found& found = all[view.listener.name];
        found.state = !view.is_stopped ? "listening" : view.failure.empty() ? "stopped" : "failed";
        found.why = view.failure;
        found.addresses.push_back(view.address.starts_with("unix:") ? view.address
                                                                    : to_string(view.local));
    }
    for (const auto& session : server.sessions())
        ++all[session.protocol].sessions;
    return all;
}

int run_list(Context& ctx)
{
    auto all = find_all(*ctx.server());
    Table table(ctx, {"mailctl.service.list/1",
                      {"name", "protocol", "state", "addresses", "sessions", "why"}});
    for (const auto& listener : ctx.server()->config()->listeners) {
        const Found& found = all[listener.name];
        table.row(listener.name, server::area_of(listener.protocol), found.state, found.addresses,
                  found.sessions, found.why);
    }
    return EX_OK;
}

int run_stop(const Names& names, Context& ctx)
{
    for (const auto& name : names) {
        if (ctx.dry_run) {
            ctx.note("would stop " + name);
            continue;
        }
        if (const auto stopped = ctx.server()->stop_listener(name); !stopped)
            return ctx.fail(stopped.error());
        const auto left = find_all(*ctx.server())[name].sessions;
        ctx.note("stopped " + name + (left == 0 ? "" : "; " + std::to_string(left) + " sessions go on"));
    }
    return EX_OK;
}

int run_start(const Names& names, Context& ctx)
{
    for (const auto& name : names) {
        if (ctx.dry_run) {
            ctx.note("would start " + name);
            continue;
        }
        if (const auto started = ctx.server()->start_listener(name); !started)
            return ctx.fail(started.error());
        ctx.note("started " + name);
    }
    return EX_OK;
}

/// Every name is looked at before anything changes.
int run_known(const Names& names, Context& ctx, int (*run)(const Names&, Context&))
{
    const auto config = ctx.server()->config();
    std::string known;
    for (const auto& listener : config->listeners)
        known += (known.empty() ? "" : ", ") + listener.name;
    for (const auto& name : names)
        if (!is_listener(*config, name))
            return ctx.fail(Error(Errc::NotFound, name + ": no such listener; there are " + known));
    return run(names, ctx);
}

void add_verb(CLI::App& service, Context& ctx, const std::string& word, const std::string& help,
              int (*run)(const Names&, Context&))
{
    auto names = std::make_shared<Names>();
    auto* verb = service.add_subcommand(word, help);
    verb->add_option("NAME", *names, "Listeners as service list names them")->required();
    add_change_options(*verb, ctx);
    verb->callback([names, run, &ctx] {
        ctx.action = [names, run, &ctx] { return run_known(*names, ctx, run); };
    });
}

} // namespace

void add_service_list(CLI::App& service, Context& ctx)
{
    auto* list = service.add_subcommand("list", "List the listeners and whether they listen");
    list->callback([&ctx] { ctx.action = [&ctx] { return run_list(ctx); }; });
}

void add_service_stop(CLI::App& service, Context& ctx)
{
    add_verb(service, ctx, "stop", "Refuse new connections on listeners; sessions go on", run_stop);
}

void add_service_start(CLI::App& service, Context& ctx)
{
    add_verb(service, ctx, "start", "Listen again where stop ended it", run_start);
}

} // namespace mailctl::cmd
