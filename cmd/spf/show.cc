// mailctl spf show: a domain's record term by term, and what a check of it takes.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/dns/resolver_of.h"
#include "cmd/spf/spf.h"
#include "cmd/table.h"
#include "core/address/address.h"
#include "core/dns/resolver.h"
#include "core/spf/check.h"
#include "core/spf/outline.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string domain;
    std::string zone;
};

int status_of(const spf::Outline& outline)
{
    switch (outline.verdict) {
    case spf::Verdict::None: return kExitNo;
    case spf::Verdict::TempError: return EX_TEMPFAIL;
    case spf::Verdict::PermError: return EX_DATAERR;
    default: return outline.lookups > spf::CheckLimits().lookups ? EX_DATAERR : EX_OK;
    }
}

int run(const Options& options, Context& ctx)
{
    const auto domain = address::canonical_domain(options.domain);
    if (!domain)
        return ctx.fail(domain.error());
    const auto resolver = resolver_of(ctx, options.zone);
    if (!resolver)
        return ctx.fail(resolver.error());
    const auto outline = ctx.wait(spf::outline(**resolver, *domain));
    if (!outline.terms.empty()) {
        Table table(ctx, {"mailctl.spf.show/1", {"depth", "domain", "term", "lookup", "problem"}});
        for (const auto& term : outline.terms)
            table.row(term.depth, term.domain, term.term, term.asks_dns, term.trouble);
    }
    const unsigned most = spf::CheckLimits().lookups;
    if (outline.verdict != spf::Verdict::Pass)
        ctx.complain(outline.why);
    else if (outline.lookups > most)
        ctx.complain("a check may take " + std::to_string(outline.lookups) +
                     " lookups: over " + std::to_string(most) + " are a permerror");
    else
        ctx.note("a check takes up to " + std::to_string(outline.lookups) + " of " +
                 std::to_string(most) + " lookups");
    return status_of(outline);
}

} // namespace

void add_spf_show(CLI::App& spf, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = spf.add_subcommand("show", "Show a domain's SPF record and those it leads to");
    verb->add_option("DOMAIN", options->domain, "A domain")->required();
    add_input_file(*verb, ctx, "--zone", options->zone,
                   "Look names up in this zone file instead of the DNS");
    verb->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
