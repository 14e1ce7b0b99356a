// mailctl route list: the ways out in the order in which they are looked at.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/route/route.h"
#include "cmd/table.h"
#include "conf/config.h"

namespace mailctl::cmd {
namespace {

std::string joined(const std::vector<std::string>& words)
{
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

std::vector<std::string> conditions(const conf::Route& route)
{
    std::vector<std::string> out;
    for (const auto& [name, list] : {std::pair{"to", &route.recipients},
                                     std::pair{"from", &route.senders},
                                     std::pair{"account", &route.accounts}})
        if (!list->empty())
            out.push_back(std::string(name) + " " + joined(*list));
    if (route.min_priority > 1 || route.max_priority < 10)
        out.push_back("priority " + std::to_string(route.min_priority) + " to " +
                      std::to_string(route.max_priority));
    if (route.authenticated_only)
        out.push_back("authenticated");
    return out;
}

std::string target(const conf::Route& route)
{
    switch (route.via) {
        case conf::RouteVia::Hosts: return joined(route.hop.hosts);
        case conf::RouteVia::Mx: return "mx";
        case conf::RouteVia::SmartHost: return "smart host " + joined(route.smart_hosts);
        case conf::RouteVia::Exec: return "exec " + joined(route.exec);
        case conf::RouteVia::Backup: return "better mx";
        case conf::RouteVia::Local: return "nowhere else";
        case conf::RouteVia::Refuse: return "refused: " + route.reason;
    }
    return "";
}

/// What holds where no table matches: OUT-01.
std::string rest(const conf::OutboundSettings& outbound)
{
    const std::string through = "smart host " + joined(outbound.smart_hosts);
    switch (outbound.mode) {
        case conf::OutboundMode::Mx: return "mx";
        case conf::OutboundMode::Fallback: return "mx, then " + through;
        case conf::OutboundMode::SmartHost: return through;
    }
    return "";
}

int run(Context& ctx)
{
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    Table table(ctx, {"mailctl.route.list/1", {"order", "name", "matches", "leads_to", "accepts"}});
    unsigned order = 0;
    for (const auto& route : (*config)->routes) {
        const std::string then =
            route.fallback.empty() ? "" : ", then " + joined(route.fallback);
        table.row(++order, route.name, conditions(route), target(route) + then, route.accept);
    }
    table.row(++order, Cell(), Cell(), rest((*config)->outbound), false);
    return EX_OK;
}

} // namespace

void add_route_list(CLI::App& route, Context& ctx)
{
    auto* list = route.add_subcommand("list", "List the ways out, in the order they are looked at");
    list->callback([&ctx] { ctx.action = [&ctx] { return run(ctx); }; });
}

} // namespace mailctl::cmd
