// mailctl srs wrap, unwrap and rotate.
#include "cmd/srs/srs.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/arguments.h"
#include "cmd/table.h"
#include "conf/config.h"
#include "core/base/random.h"
#include "core/srs/keys.h"
#include "core/srs/return_address.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Scheme {
    conf::ForwardSettings settings;
    std::vector<std::string> keys;
    Time now{};
};

Result<Scheme> scheme_of(Context& ctx)
{
    Scheme out;
    TRY(const auto config, ctx.config());
    TRY(store::Store* store, ctx.store());
    out.settings = config->forward;
    out.now = store->clock().now();
    TRY(out.keys, ctx.wait(srs::keys(*store, system_random(), config->forward)));
    return out;
}

int show(Context& ctx, const std::string& schema, const std::string& address)
{
    Table table(ctx, {schema, {"address"}});
    table.row(address);
    return EX_OK;
}

int run_wrap(const std::string& sender, const std::string& by, Context& ctx)
{
    const auto from = parse_address_argument(sender);
    if (!from)
        return ctx.fail(from.error());
    const auto forwarder = parse_address_argument(by);
    if (!forwarder)
        return ctx.fail(forwarder.error());
    const auto scheme = scheme_of(ctx);
    if (!scheme)
        return ctx.fail(scheme.error());
    const std::string& set = scheme->settings.srs_domain;
    const auto address = srs::wrap(*from, set.empty() ? forwarder->domain : set,
                                   scheme->keys.front(), scheme->now);
    if (!address)
        return ctx.fail(Error(Errc::Invalid, "longer than 64 octets before the @: mail of " + sender +
                                                 " is forwarded from " + to_string(*forwarder)));
    return show(ctx, "mailctl.srs.wrap/1", to_string(*address));
}

int run_unwrap(const std::string& text, Context& ctx)
{
    const auto address = parse_address_argument(text);
    if (!address)
        return ctx.fail(address.error());
    const auto scheme = scheme_of(ctx);
    if (!scheme)
        return ctx.fail(scheme.error());
    const auto sender = srs::unwrap(address->local_part, scheme->keys, scheme->now,
                                    scheme->settings.srs_lifetime);
    if (!sender)
        return ctx.fail(Error(sender.error().code(), text + ": " + sender.error().detail()));
    return show(ctx, "mailctl.srs.unwrap/1", to_string(*sender));
}

int run_rotate(Context& ctx)
{
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    if (ctx.dry_run) {
        ctx.note("would make a new key");
        return EX_OK;
    }
    const auto done = ctx.wait(srs::rotate(**store, system_random(), (*config)->forward));
    if (!done)
        return ctx.fail(done.error());
    ctx.note("a new key signs from now on");
    return EX_OK;
}

} // namespace

void add_srs_wrap(CLI::App& srs, Context& ctx)
{
    struct Arguments {
        std::string sender, by;
    };
    auto given = std::make_shared<Arguments>();
    auto* wrap = srs.add_subcommand("wrap", "Show the return address of a sender's forwarded mail");
    wrap->add_option("SENDER", given->sender, "Address of the sender")->required();
    wrap->add_option("--by", given->by, "Address of the user or alias that forwards")->required();
    wrap->callback([given, &ctx] {
        ctx.action = [given, &ctx] { return run_wrap(given->sender, given->by, ctx); };
    });
}

void add_srs_unwrap(CLI::App& srs, Context& ctx)
{
    auto address = std::make_shared<std::string>();
    auto* unwrap = srs.add_subcommand("unwrap", "Show where a return address leads back to");
    unwrap->add_option("ADDRESS", *address, "Return address made by this server")->required();
    unwrap->callback(
        [address, &ctx] { ctx.action = [address, &ctx] { return run_unwrap(*address, ctx); }; });
}

void add_srs_rotate(CLI::App& srs, Context& ctx)
{
    auto* rotate = srs.add_subcommand("rotate", "Make a new key in the store");
    add_change_options(*rotate, ctx);
    rotate->callback([&ctx] { ctx.action = [&ctx] { return run_rotate(ctx); }; });
}

} // namespace mailctl::cmd
