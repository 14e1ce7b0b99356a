// mailctl smtp probe: what another mail server offers, and how well its TLS stands up.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include "cmd/smtp/smtp.h"
#include "cmd/table.h"
#include "conf/config.h"
#include "conf/hosts.h"
#include "core/base/random.h"
#include "core/dns/make_resolver.h"
#include "core/net/dial.h"
#include "core/net/tls.h"
#include "core/route/proxy.h"
#include "core/smtp/client/client.h"

namespace mailctl::cmd {
namespace {

constexpr std::uint16_t kPort = 25, kImplicitTlsPort = 465;

struct Options {
    std::string host;
    std::string hello;
    bool starttls = false, implicit = false, plain = false, lmtp = false, proxy = false;
    unsigned timeout_seconds = 30;
};

/// How the peer is reached and spoken to.
struct Target {
    conf::HostSpec host;
    smtp::ClientOptions client;
    milliseconds limit{0};
    std::optional<net::SocksProxy> proxy;
};

struct Found {
    std::string address; ///< that answered, or the last one tried
    std::unique_ptr<smtp::Client> client;
    std::optional<smtp::Failure> failure;     ///< of the session
    std::optional<smtp::Failure> tls_failure; ///< of a first one that verified the certificate
};

smtp::Failure not_connected(const Error& why)
{
    smtp::Failure failure;
    failure.reply = smtp::own_words("4.4.1", why.detail());
    return failure;
}

/// The peer's addresses. Errors: NotFound, and those of the resolver.
Awaitable<Result<std::vector<std::string>>> addresses_of(conf::HostSpec host,
                                                         dns::Resolver& resolver)
{
    std::vector<std::string> out;
    if (host.kind == conf::HostSpec::Kind::Unix)
        out.push_back("unix:" + host.name);
    if (host.kind == conf::HostSpec::Kind::Address)
        out.push_back(host.name);
    if (!out.empty())
        co_return out;
    auto v4 = co_await resolver.a(host.name);
    auto v6 = co_await resolver.aaaa(host.name);
    if (!v4 && !v6)
        co_return v4.error();
    if (v4)
        out = std::move(v4->records);
    if (v6)
        out.insert(out.end(), v6->records.begin(), v6->records.end());
    if (out.empty())
        co_return Error(Errc::NotFound, host.name + " has no address");
    co_return out;
}

/// Opens one session to one address.
Awaitable<> open_session(const Target& target, smtp::ClientOptions options, Found& found)
{
    net::Dial to;
    to.address = found.address;
    to.port = target.host.port;
    to.limit = target.limit;
    to.proxy = target.proxy;
    auto stream = co_await net::dial(to);
    if (!stream) {
        found.failure = not_connected(stream.error());
        co_return;
    }
    smtp::Opened opened = co_await smtp::open_client(*std::move(stream), std::move(options));
    found.client = std::move(opened.client);
    found.failure = std::move(opened.failure);
}

/// The first address that answers. Where its certificate does not do, a second session shows what
/// it offers all the same.
Awaitable<Result<Found>> probe(Target target, dns::Resolver& resolver)
{
    const auto addresses = co_await addresses_of(target.host, resolver);
    if (!addresses)
        co_return addresses.error();
    Found found;
    for (const auto& address : *addresses) {
        found.address = address;
        co_await open_session(target, target.client, found);
        if (found.client || found.failure->stage != smtp::Stage::Connect)
            break;
    }
    const bool is_handshake = found.failure && found.failure->tls && found.failure->reply.code == 0 &&
                              found.failure->tls_result != "starttls-not-supported";
    if (is_handshake) {
        found.tls_failure = std::exchange(found.failure, std::nullopt);
        target.client.tls_context = net::make_insecure_client_context(
            target.host.kind == conf::HostSpec::Kind::Name ? target.host.name : std::string());
        co_await open_session(target, target.client, found);
    }
    if (found.client)
        co_await found.client->quit();
    co_return found;
}

std::vector<std::string> names_of(const smtp::PeerExtensions& offered)
{
    struct Row {
        bool smtp::PeerExtensions::*member;
        std::string_view name;
    };
    using Offered = smtp::PeerExtensions;
    constexpr Row kRows[] = {
        {&Offered::pipelining, "PIPELINING"},   {&Offered::eight_bit_mime, "8BITMIME"},
        {&Offered::start_tls, "STARTTLS"},      {&Offered::enhanced_codes, "ENHANCEDSTATUSCODES"},
        {&Offered::dsn, "DSN"},                 {&Offered::smtp_utf8, "SMTPUTF8"},
        {&Offered::chunking, "CHUNKING"},       {&Offered::binary_mime, "BINARYMIME"},
        {&Offered::require_tls, "REQUIRETLS"},  {&Offered::etrn, "ETRN"},
        {&Offered::has_size, "SIZE"},
    };
    std::vector<std::string> out;
    for (const Row& row : kRows)
        if (offered.*row.member)
            out.emplace_back(row.name);
    return out;
}

std::optional<std::string> certificate_of(const Found& found)
{
    if (found.tls_failure)
        return found.tls_failure->reply.text;
    if (found.client && found.client->tls())
        return "verified";
    return std::nullopt;
}

void print(const Found& found, const Target& target, Context& ctx)
{
    Sheet sheet(ctx, "mailctl.smtp.probe/1");
    sheet.field("host", target.host.name)
        .field("address", found.address)
        .field("port", static_cast<unsigned>(target.host.port));
    const smtp::Client* client = found.client.get();
    const auto& failure = found.failure;
    using Text = std::optional<std::string>;
    const bool has_tls = client && client->tls();
    sheet.field("name", client ? Text(client->greeting_name()) : Text())
        .field("esmtp", client && client->extensions().esmtp)
        .field("extensions", client ? names_of(client->extensions()) : std::vector<std::string>())
        .field("max_octets", client && client->extensions().size > 0
                                 ? std::optional(client->extensions().size)
                                 : std::optional<std::uint64_t>())
        .field("auth", client ? client->extensions().auth : std::vector<std::string>())
        .field("tls", has_tls ? Text(client->tls()->version) : Text())
        .field("cipher", has_tls ? Text(client->tls()->cipher) : Text())
        .field("certificate", certificate_of(found))
        .field("tls_result", found.tls_failure ? Text(found.tls_failure->tls_result)
                             : failure && failure->tls ? Text(failure->tls_result)
                                                       : Text())
        .field("failed_at", failure ? Text(name_of(failure->stage)) : Text())
        .field("reply", failure ? Text(failure->reply.line()) : Text());
}

std::string own_name(const Options& options, const conf::Config& config)
{
    if (!options.hello.empty())
        return options.hello;
    if (!config.outbound.hello.empty())
        return config.outbound.hello;
    char name[256] = "localhost";
    if (config.server.hostname.empty())
        ::gethostname(name, sizeof name - 1);
    return config.server.hostname.empty() ? name : config.server.hostname;
}

Result<Target> target_of(const Options& options, const conf::Config& config)
{
    Target target;
    TRY(target.host, conf::parse_host(options.host));
    if (target.host.kind == conf::HostSpec::Kind::Mx)
        return Error(Errc::Invalid, "one host is probed: name it, not \"mx:\"");
    if (target.host.port == 0)
        target.host.port = options.implicit ? kImplicitTlsPort : kPort;
    target.limit = seconds(options.timeout_seconds);
    smtp::ClientOptions& client = target.client;
    client.hello = own_name(options, config);
    client.lmtp = options.lmtp;
    client.tls = options.starttls ? smtp::ClientTls::Required : smtp::ClientTls::May;
    if (options.plain)
        client.tls = smtp::ClientTls::None;
    if (options.implicit || target.host.port == kImplicitTlsPort)
        client.tls = smtp::ClientTls::Implicit;
    client.timeouts.greeting = client.timeouts.command = target.limit;
    net::ClientTlsOptions tls;
    tls.server_name = target.host.name;
    TRY(client.tls_context, net::make_client_context(tls));
    return target;
}

int run(const Options& options, Context& ctx)
{
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    auto target = target_of(options, **config);
    if (!target)
        return ctx.fail(target.error());
    const auto strand = boost::asio::make_strand(ctx.executor());
    dns::ResolverParts parts;
    parts.settings = (*config)->dns;
    parts.clock = &system_clock();
    parts.random = &system_random();
    parts.executor = strand;
    const auto resolver = dns::make_resolver(std::move(parts));
    if (!resolver)
        return ctx.fail(resolver.error());
    if (options.proxy) {
        if ((*config)->outbound.proxy.empty())
            return ctx.fail(Error(Errc::NotFound, "the settings name no outbound.proxy"));
        auto proxy = boost::asio::co_spawn(
            strand, route::proxy_of((*config)->outbound, **resolver), boost::asio::use_future).get();
        if (!proxy)
            return ctx.fail(proxy.error());
        target->proxy = *std::move(proxy);
    }
    auto work = probe(*target, **resolver);
    const auto found =
        boost::asio::co_spawn(strand, std::move(work), boost::asio::use_future).get();
    if (!found)
        return ctx.fail(found.error());
    print(*found, *target, ctx);
    if (found->failure)
        return found->failure->stage == smtp::Stage::Connect ? EX_UNAVAILABLE : kExitNo;
    return found->tls_failure ? kExitNo : EX_OK;
}

} // namespace

void add_smtp_probe(CLI::App& smtp, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* probe = smtp.add_subcommand("probe", "Show what a mail server offers, and its TLS");
    probe->add_option("HOST", options->host, "HOST[:PORT], an address, or unix:PATH (default port 25)")
        ->required();
    auto* starttls =
        probe->add_flag("--starttls", options->starttls, "Fail where STARTTLS is not offered");
    auto* implicit =
        probe->add_flag("--tls", options->implicit, "TLS from the first octet (default port 465)");
    auto* plain = probe->add_flag("--plain", options->plain, "No TLS, though it be offered");
    starttls->excludes(implicit)->excludes(plain);
    implicit->excludes(plain);
    probe->add_flag("--proxy", options->proxy, "Through the proxy that outbound.proxy names");
    probe->add_flag("--lmtp", options->lmtp, "Speak LMTP");
    probe->add_option("--hello", options->hello, "The name to say (default outbound.hello)")
        ->type_name("NAME");
    probe->add_option("--timeout", options->timeout_seconds, "Seconds for each step (default 30)")
        ->type_name("SECONDS")
        ->check(CLI::Range(1u, 300u));
    probe->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
