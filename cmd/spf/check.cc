// mailctl spf check: what a domain says of mail that a host brings.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/dns/resolver_of.h"
#include "cmd/spf/spf.h"
#include "cmd/table.h"
#include "conf/config.h"
#include "core/dns/resolver.h"
#include "core/spf/check.h"
#include "core/spf/ip.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string ip;
    std::string from; ///< "<>": null; empty: not given
    std::string helo;
    std::string zone;
};

/// Errors: Invalid.
Result<spf::Envelope> envelope_of(Context& ctx, const Options& options)
{
    spf::Envelope envelope;
    TRY_VOID(spf::Ip::parse(options.ip));
    envelope.ip = options.ip;
    envelope.helo = options.helo;
    if (!options.from.empty() && options.from != "<>") {
        TRY(envelope.sender, address::parse(options.from));
    }
    const auto config = ctx.config();
    if (config)
        envelope.receiver = (*config)->server.hostname;
    return envelope;
}

int status_of(spf::Verdict verdict)
{
    if (verdict == spf::Verdict::Pass)
        return EX_OK;
    return verdict == spf::Verdict::TempError ? EX_TEMPFAIL : kExitNo;
}

int run(const Options& options, Context& ctx)
{
    const bool is_null = options.from.empty() || options.from == "<>";
    if (is_null && options.helo.empty())
        return ctx.usage("--from ADDRESS or --helo NAME is needed");
    const auto envelope = envelope_of(ctx, options);
    if (!envelope)
        return ctx.fail(envelope.error());
    const auto resolver = resolver_of(ctx, options.zone);
    if (!resolver)
        return ctx.fail(resolver.error());
    const spf::CheckLimits limits;
    const auto outcome =
        options.from.empty()
            ? ctx.wait(spf::check_helo(**resolver, system_clock(), *envelope, limits))
            : ctx.wait(spf::check_mail_from(**resolver, system_clock(), *envelope, limits));
    Sheet sheet(ctx, "mailctl.spf.check/1");
    sheet.field("result", spf::name_of(outcome.verdict))
        .field("identity", spf::name_of(outcome.identity))
        .field("domain", outcome.domain)
        .field("ip", options.ip)
        .field("record", outcome.record)
        .field("matched", outcome.matched)
        .field("lookups", outcome.lookups)
        .field("void_lookups", outcome.void_lookups)
        .field("explanation", outcome.explanation)
        .field("reason", outcome.reason);
    return status_of(outcome.verdict);
}

} // namespace

void add_spf_check(CLI::App& spf, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = spf.add_subcommand("check", "Tell what SPF says of mail that a host brings");
    verb->add_option("--ip", options->ip, "The host's address")->type_name("IP")->required();
    verb->add_option("--from", options->from, "Envelope sender; <>: the null sender")
        ->type_name("ADDRESS");
    verb->add_option("--helo", options->helo, "What the host calls itself; without --from, what is checked")
        ->type_name("NAME");
    add_input_file(*verb, ctx, "--zone", options->zone,
                   "Look names up in this zone file instead of the DNS");
    verb->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
