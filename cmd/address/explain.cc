// mailctl address explain: how an address resolves, step by step.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/address/address.h"
#include "cmd/arguments.h"
#include "cmd/table.h"
#include "core/base/ascii.h"
#include "core/delivery/router.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string address, size;
    bool relay = false;
};

int run(const Options& options, Context& ctx)
{
    delivery::Router::Question question;
    question.may_relay = options.relay;
    if (ascii::equals_ignoring_case(options.address, "postmaster")) { // RFC 5321 §4.5.1
        question.recipient.local_part = options.address;
    } else {
        const auto parsed = address::parse(options.address);
        if (!parsed)
            return ctx.fail(parsed.error().within(ascii::printable(options.address)));
        question.recipient = *parsed;
    }
    if (!options.size.empty()) {
        const auto octets = parse_size(options.size);
        if (!octets)
            return ctx.usage(octets.error().detail());
        question.message_octets = *octets;
    }
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto router = delivery::make_router(**store, *config);
    const auto resolution = ctx.wait(router->resolve(question));
    if (!resolution)
        return ctx.fail(resolution.error());

    Table table(ctx, {"mailctl.address.explain/1", {"step", "address", "what"}});
    unsigned number = 0;
    for (const auto& step : resolution->steps)
        table.row(++number, step.address, step.what);
    return resolution->refusal == delivery::Refusal::None ? EX_OK : kExitNo;
}

} // namespace

void add_address_explain(CLI::App& address, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* explain =
        address.add_subcommand("explain", "Show step by step where mail for an address goes");
    explain->add_option("ADDRESS", options->address, "The recipient")->required();
    explain->add_flag("--relay", options->relay, "As a sender who may relay");
    explain->add_option("--size", options->size, "For a message of this size")->type_name("SIZE");
    explain->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
