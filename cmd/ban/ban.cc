// mailctl ban list, add, remove and clear.
#include "cmd/ban/ban.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/selection.h"
#include "core/auth/ban_refresh.h"
#include "core/net/network.h"
#include "core/server/server.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

using store::Ban;

constexpr milliseconds kLongest = std::chrono::hours(24 * 365 * 10);

struct Options {
    std::vector<std::string> networks;
    std::string lasting, reason;
    bool all = false;
    Selection selection;
};

bool is_over(const Ban& ban, Time now)
{
    return ban.end && *ban.end <= now;
}

const Properties<Ban>& ban_properties()
{
    static const Properties<Ban> all{
        {"network", true, [](const Ban& b) { return Cell(b.network); }},
        {"reason", true, [](const Ban& b) { return Cell(b.reason); }},
        {"user", true, [](const Ban& b) { return Cell(b.user); }},
        {"start", true, [](const Ban& b) { return Cell(b.start); }},
        {"end", true, [](const Ban& b) { return Cell(b.end); }},
        {"hits", true, [](const Ban& b) { return Cell(b.hits); }},
    };
    return all;
}

int run_list(const Options& options, Context& ctx)
{
    const auto filter = Filter<Ban>::make(options.selection, ban_properties());
    if (!filter)
        return ctx.usage(filter.error().detail());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    auto bans = ctx.wait((*store)->bans());
    if (!bans)
        return ctx.fail(bans.error());
    const Time now = (*store)->clock().now();
    std::erase_if(*bans, [&](const Ban& ban) {
        return (!options.all && is_over(ban, now)) || !filter->matches(ban);
    });
    if (filter->is_sorted())
        std::stable_sort(bans->begin(), bans->end(), [&](const Ban& a, const Ban& b) {
            return filter->is_before(a, b);
        });
    Table table(ctx, {"mailctl.ban.list/1", filter->column_names()});
    for (const auto& ban : *bans)
        table.add(filter->cells(ban));
    return EX_OK;
}

/// What is named, in the one form under which bans are kept.
Result<std::vector<std::string>> networks_of(const Options& options)
{
    std::vector<std::string> networks;
    for (const auto& text : options.networks) {
        TRY(const auto network, net::Network::parse(text));
        networks.push_back(network.text());
    }
    return networks;
}

int run_add(const Options& options, Context& ctx)
{
    const auto networks = networks_of(options);
    if (!networks)
        return ctx.fail(networks.error());
    Ban ban;
    ban.reason = options.reason.empty() ? "by hand" : options.reason;
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    ban.start = (*store)->clock().now();
    if (!options.lasting.empty()) {
        const auto duration = parse_duration(options.lasting);
        if (!duration)
            return ctx.usage(duration.error().detail());
        if (*duration > kLongest)
            return ctx.usage("--for: ten years at most; without it a ban has no end");
        ban.end = ban.start + *duration;
    }
    for (const auto& network : *networks) {
        ban.network = network;
        if (ctx.dry_run) {
            ctx.note("would ban " + network);
            continue;
        }
        if (const auto put = ctx.wait((*store)->put_ban(ban)); !put)
            return ctx.fail(put.error());
        ctx.note("banned " + network);
    }
    const auto told = tell_server_of_bans(ctx);
    return told ? EX_OK : ctx.fail(told.error());
}

int run_remove(const Options& options, Context& ctx)
{
    const auto networks = networks_of(options);
    if (!networks)
        return ctx.fail(networks.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    for (const auto& network : *networks) {
        if (ctx.dry_run) {
            ctx.note("would lift the ban of " + network);
            continue;
        }
        if (const auto removed = ctx.wait((*store)->remove_ban(network)); !removed)
            return ctx.fail(removed.error());
        ctx.note("lifted the ban of " + network);
    }
    const auto told = tell_server_of_bans(ctx);
    return told ? EX_OK : ctx.fail(told.error());
}

int run_clear(Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto bans = ctx.wait((*store)->bans());
    if (!bans)
        return ctx.fail(bans.error());
    for (const auto& ban : *bans) {
        if (ctx.dry_run)
            continue;
        const auto removed = ctx.wait((*store)->remove_ban(ban.network));
        if (!removed && removed.error().code() != Errc::NotFound)
            return ctx.fail(removed.error());
    }
    ctx.note((ctx.dry_run ? "would lift " : "lifted ") + std::to_string(bans->size()) +
             (bans->size() == 1 ? " ban" : " bans"));
    const auto told = tell_server_of_bans(ctx);
    return told ? EX_OK : ctx.fail(told.error());
}

} // namespace

Result<> tell_server_of_bans(Context& ctx)
{
    if (ctx.dry_run || ctx.server() == nullptr)
        return ok();
    return ctx.wait(auth::refresh_bans(ctx.server()->authenticator()));
}

void add_ban_list(CLI::App& ban, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* list = ban.add_subcommand("list", "List banned addresses");
    list->add_flag("--all", options->all, "Also those that are over");
    list->add_option("--where", options->selection.where,
                     "Only where FIELD=VALUE holds (also != < > <= >=); may be repeated")
        ->type_name("CONDITION");
    list->add_option("--sort", options->selection.sort, "In the order of this field; -FIELD: down")
        ->type_name("FIELD");
    list->callback([options, &ctx] { ctx.action = [options, &ctx] { return run_list(*options, ctx); }; });
}

void add_ban_add(CLI::App& ban, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* add = ban.add_subcommand("add", "Refuse connections from addresses");
    add->add_option("NETWORK", options->networks, "192.0.2.1, 192.0.2.0/24, 2001:db8::/64")
        ->required();
    add->add_option("--for", options->lasting, "For so long; without it until removed")
        ->type_name("DURATION");
    add->add_option("--reason", options->reason, "Why")->type_name("TEXT");
    add_change_options(*add, ctx);
    add->callback([options, &ctx] { ctx.action = [options, &ctx] { return run_add(*options, ctx); }; });
}

void add_ban_remove(CLI::App& ban, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* remove = ban.add_subcommand("remove", "Lift bans");
    remove->add_option("NETWORK", options->networks, "As the list shows them")->required();
    add_change_options(*remove, ctx);
    remove->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_remove(*options, ctx); }; });
}

void add_ban_clear(CLI::App& ban, Context& ctx)
{
    auto* clear = ban.add_subcommand("clear", "Lift all bans");
    add_change_options(*clear, ctx);
    clear->callback([&ctx] { ctx.action = [&ctx] { return run_clear(ctx); }; });
}

} // namespace mailctl::cmd
