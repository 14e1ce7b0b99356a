// mailctl dns lookup: asks as the server asks, through its cache.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/dns/dns.h"
#include "cmd/table.h"
#include "conf/config.h"
#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/dns/make_resolver.h"
#include "core/dns/raw.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

using dns::Lookup;

struct Options {
    std::string name, type;
};

/// What is asked for: an address is looked up backwards, a name may be in Unicode.
Result<Options> question_of(Options options)
{
    if (auto reverse = dns::reverse_name(options.name)) {
        options.name = std::move(*reverse);
        if (options.type.empty())
            options.type = "PTR";
    } else if (std::any_of(options.name.begin(), options.name.end(), ascii::is_8bit)) {
        TRY(options.name, address::canonical_domain(options.name));
    }
    if (options.type.empty())
        options.type = "A";
    return options;
}

Result<Lookup> ask(Context& ctx, const conf::Config& config, const Options& options)
{
    if (ctx.server())
        return ctx.wait(ctx.server()->resolver().look_up(options.name, options.type));
    dns::ResolverParts parts;
    parts.settings = config.dns;
    parts.clock = &system_clock();
    parts.random = &system_random();
    parts.executor = ctx.executor();
    TRY(const auto resolver, dns::make_resolver(std::move(parts)));
    return ctx.wait(resolver->look_up(options.name, options.type));
}

const char* text_of(Lookup::Status status)
{
    switch (status) {
        case Lookup::Status::Found:
            return "found";
        case Lookup::Status::NoData:
            return "no such records";
        case Lookup::Status::NoDomain:
            return "no such name";
        case Lookup::Status::Bogus:
            return "bogus";
    }
    return "";
}

const char* text_of(Lookup::From from)
{
    switch (from) {
        case Lookup::From::ZoneFile:
            return "zone file";
        case Lookup::From::Cache:
            return "cache";
        case Lookup::From::Server:
            return "server";
        case Lookup::From::Root:
            return "root";
    }
    return "";
}

/// Zone files count as authentic whatever dns.dnssec says.
const char* security_of(const Lookup& found, const conf::Config& config)
{
    if (found.status == Lookup::Status::Bogus)
        return "bogus";
    if (found.secure)
        return "secure";
    return config.dns.dnssec == conf::Dnssec::Off ? "not checked" : "insecure";
}

int run(const Options& given, Context& ctx)
{
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const auto options = question_of(given);
    if (!options)
        return ctx.fail(options.error());
    const auto found = ask(ctx, **config, *options);
    if (!found)
        return ctx.fail(found.error());
    Sheet sheet(ctx, "mailctl.dns.lookup/1");
    sheet.field("name", options->name)
        .field("type", found->type)
        .field("status", text_of(found->status))
        .field("security", security_of(*found, **config))
        .field("from", text_of(found->from))
        .field("ttl", static_cast<std::uint64_t>(found->ttl.count()))
        .field("canonical", found->name)
        .field("records", found->records);
    if (!found->reason.empty())
        sheet.field("reason", found->reason);
    if (found->status == Lookup::Status::Bogus)
        return EX_TEMPFAIL;
    return found->status == Lookup::Status::Found ? EX_OK : kExitNo;
}

} // namespace

void add_dns_lookup(CLI::App& dns, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* lookup = dns.add_subcommand("lookup", "Ask the DNS as the server does");
    lookup->add_option("NAME", options->name, "A name, or an IP address")->required();
    lookup->add_option("TYPE", options->type,
                       "MX, TLSA, TXT, ...; default: A, or PTR for an IP address");
    lookup->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
