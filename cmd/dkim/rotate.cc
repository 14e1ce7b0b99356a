// mailctl dkim rotate and check: keys that follow one another, and what the DNS has of them.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <boost/asio/thread_pool.hpp>

#include "cmd/dkim/dkim.h"
#include "cmd/dns/resolver_of.h"
#include "cmd/table.h"
#include "core/dkim/rotate.h"
#include "core/dns/resolver.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string domain;
    std::string zone;
    bool now = false;
};

int run_rotate(const Options& options, Context& ctx)
{
    const auto domain = keys_of(ctx, options.domain);
    if (!domain)
        return ctx.fail(domain.error());
    const auto resolver = resolver_of(ctx, options.zone);
    if (!resolver)
        return ctx.fail(resolver.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const dkim::RotationRun how{options.now, ctx.dry_run};
    boost::asio::thread_pool apart(1); // a key may be made: not where sessions are served
    dkim::RotationParts parts(**store, **resolver, apart.get_executor());
    const auto events = ctx.wait(dkim::rotate(std::move(parts), domain->domain, how));
    if (!events)
        return ctx.fail(events.error());
    Table table(ctx, {"mailctl.dkim.rotate/1", {"domain", "selector", "step", "dns", "record"}});
    for (const auto& event : *events) {
        const bool has_looked = event.what == dkim::RotationEvent::What::Waiting ||
                                event.what == dkim::RotationEvent::What::Activated;
        table.row(domain->domain, event.selector, dkim::name_of(event.what),
                  has_looked ? Cell(dkim::name_of(event.published)) : Cell(), event.detail);
    }
    if (events->empty())
        ctx.note("nothing is due");
    return EX_OK;
}

/// Whether the DNS has what a key's state asks for.
bool is_right(const store::DkimKey& key, dkim::Published published)
{
    if (key.state == store::DkimState::Disabled)
        return true;
    return published == dkim::Published::Equal;
}

int run_check(const Options& options, Context& ctx)
{
    const auto domain = keys_of(ctx, options.domain);
    if (!domain)
        return ctx.fail(domain.error());
    const auto resolver = resolver_of(ctx, options.zone);
    if (!resolver)
        return ctx.fail(resolver.error());
    bool all_right = true;
    Table table(ctx, {"mailctl.dkim.check/1", {"domain", "selector", "state", "dns", "ok"}});
    for (const auto& key : domain->keys) {
        const auto published = ctx.wait(dkim::look_up(key, domain->domain, **resolver));
        const bool right = is_right(key, published);
        all_right = all_right && right;
        table.row(domain->domain, key.selector, dkim::name_of(key.state),
                  dkim::name_of(published), right);
    }
    return all_right ? EX_OK : kExitNo;
}

} // namespace

void add_dkim_rotate(CLI::App& dkim, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand("rotate", "Do the next step of replacing a domain's keys");
    verb->add_option("DOMAIN", options->domain, "A name with keys")->required();
    verb->add_flag("--now", options->now, "Make the next key though none is due");
    add_input_file(*verb, ctx, "--zone", options->zone, "Look into this zone file instead of the DNS");
    add_change_options(*verb, ctx);
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_rotate(*options, ctx); }; });
}

void add_dkim_check(CLI::App& dkim, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand("check", "Compare the keys with what the DNS has");
    verb->add_option("DOMAIN", options->domain, "A name with keys")->required();
    add_input_file(*verb, ctx, "--zone", options->zone, "Look into this zone file instead of the DNS");
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_check(*options, ctx); }; });
}

} // namespace mailctl::cmd
