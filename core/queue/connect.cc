// Tries the hosts of a way until one answers. RFC 5321 §5.1
#include "core/queue/connect.h"

#include <algorithm>

#include "conf/config.h"
#include "conf/load.h"
#include "core/dns/resolver.h"
#include "core/route/proxy.h"

namespace mailctl::queue {
namespace {

smtp::ClientTimeouts timeouts_of(const conf::OutboundSettings& outbound)
{
    smtp::ClientTimeouts out;
    out.connect = outbound.connect_timeout;
    out.greeting = outbound.greeting_timeout;
    out.command = outbound.command_timeout;
    out.data = outbound.data_timeout;
    out.final = outbound.final_timeout;
    return out;
}

bool is_v6(const std::string& address)
{
    return address.find(':') != std::string::npos;
}

/// The configured local address of the target's family.
std::string source_for(const route::Way& way, const std::string& address)
{
    if (address.starts_with("unix:"))
        return {};
    for (const auto& source : way.hop.sources)
        if (is_v6(source) == is_v6(address))
            return source;
    return {};
}

std::string tls_text(const smtp::Client& client, const TlsDemand& demand)
{
    const auto& tls = client.tls();
    if (!tls)
        return {};
    std::string text = tls->version + " " + tls->cipher;
    if (!demand.by.empty())
        text += " " + demand.by;
    return text;
}

} // namespace

/// One search for a connection.
struct Connector::Try {
    route::Way way;
    std::shared_ptr<const conf::Config> config;
    TlsWish wish = TlsWish::Usual;
    std::function<void(std::function<void()>)> opened;
    std::optional<net::SocksProxy> proxy;
    std::optional<smtp::ClientCredentials> credentials;
    std::optional<Connection> connection;
    Unreachable why;
};

std::size_t Connector::next_turn(const route::Way& way)
{
    const std::lock_guard lock(mutex_);
    return turns_[way.key]++;
}

Awaitable<Connector::Opened> Connector::open(route::Way way,
                                             std::shared_ptr<const conf::Config> config,
                                             TlsWish wish,
                                             std::function<void(std::function<void()>)> opened)
{
    if (way.hop.order == "round-robin")
        way.turn = next_turn(way);
    auto hops =
        co_await route::next_hops(way, *config, *parts_.resolver, *parts_.random, parts_.is_ours);
    Try attempt;
    if (!hops) {
        attempt.why.reply = hops.error().detail;
        attempt.why.enhanced = hops.error().enhanced;
        attempt.why.permanent = hops.error().permanent();
        attempt.why.no_domain = hops.error().why == route::NoHops::Why::NoDomain ||
                                hops.error().why == route::NoHops::Why::NoAddress;
        co_return attempt.why;
    }
    attempt.why.reply = "no host could be reached";
    attempt.why.enhanced = "4.4.1";
    attempt.wish = wish;
    attempt.opened = std::move(opened);
    auto proxy = co_await route::proxy_of(config->outbound, *parts_.resolver);
    if (proxy)
        attempt.proxy = std::move(*proxy);
    auto secret = way.hop.user.empty() || way.hop.secret.empty()
                      ? Result<std::string>(std::string())
                      : conf::read_secret(way.hop.secret);
    if (!proxy || !secret) {
        attempt.why.enhanced = "4.3.5";
        attempt.why.reply = (proxy ? secret.error() : proxy.error()).detail();
        co_return attempt.why;
    }
    if (!way.hop.user.empty()) {
        attempt.credentials.emplace();
        attempt.credentials->user = way.hop.user;
        attempt.credentials->secret = std::move(*secret);
        attempt.credentials->mechanisms = way.hop.mechanisms;
    }
    attempt.way = std::move(way);
    attempt.config = std::move(config);
    for (const auto& host : hops->hosts) {
        const bool done = co_await try_host(attempt, *hops, host);
        if (done)
            co_return std::move(*attempt.connection);
    }
    co_return attempt.why;
}

/// Sessions with MX hosts, one each: where a policy itself is in order, what came of TLS.
void Connector::count(const Try& attempt, const route::Host& host, const TlsDemand& demand,
                      tls_rpt::Failure session) const
{
    const bool is_of_domain = attempt.way.kind == route::Way::Kind::Mx && !host.name.empty();
    if (!parts_.tls_reports || !is_of_domain || demand.is_counted ||
        demand.mode == smtp::ClientTls::None || attempt.config->tls_rpt.keep.count() <= 0)
        return;
    if (!demand.policy_failure.empty()) {
        session.result = demand.policy_failure;
        if (!demand.policy_reason.empty())
            session.reason = demand.policy_reason;
    }
    if (!session.result.empty())
        session.receiving_host = host.name;
    tls_rpt::Session counted;
    counted.domain = attempt.way.domain;
    counted.policy = demand.policy;
    counted.failure = std::move(session);
    parts_.tls_reports->count(std::move(counted));
}

Awaitable<bool> Connector::try_host(Try& attempt, const route::NextHops& hops,
                                    const route::Host& host)
{
    auto demand = co_await parts_.policies->demand(attempt.way, hops, host, *attempt.config,
                                                   attempt.wish);
    if (demand.refused) {
        attempt.why.host = host.name;
        attempt.why.enhanced = "4.7.5";
        attempt.why.reply = host.name + ": " + demand.refused->detail();
        tls_rpt::Failure session;
        session.reason = demand.refused->detail();
        count(attempt, host, demand, std::move(session));
        co_return false;
    }
    for (const auto& address : host.addresses) {
        bool done = co_await try_address(attempt, host, address, demand);
        if (done)
            co_return true;
    }
    co_return false;
}

/// RFC 7435 §3: where nobody demands TLS, one that fails is not missed; the mail goes in the clear.
Awaitable<bool> Connector::try_address(Try& attempt, const route::Host& host, std::string address,
                                       TlsDemand demand)
{
    const std::string shown = host.name.empty() ? address : host.name + "[" + address + "]";
    net::Dial to;
    to.address = address;
    to.port = host.port;
    to.source = source_for(attempt.way, address);
    to.source_fallback = attempt.config->outbound.source_fallback;
    to.proxy = attempt.proxy;
    to.limit = attempt.config->outbound.connect_timeout;
    auto stream = co_await parts_.dial(std::move(to));
    if (!stream) {
        attempt.why.reply = "connect to " + shown + ":" + std::to_string(host.port) + ": " +
                            stream.error().detail();
        attempt.why.enhanced = "4.4.1";
        co_return false;
    }
    if (attempt.opened)
        attempt.opened((*stream)->closer());
    smtp::ClientOptions options;
    options.hello = attempt.way.hop.hello;
    options.lmtp = attempt.way.hop.protocol == conf::HopProtocol::Lmtp;
    options.tls = demand.mode;
    options.credentials = attempt.credentials;
    options.timeouts = timeouts_of(attempt.config->outbound);
    if (demand.mode != smtp::ClientTls::None) {
        auto context = parts_.policies->context(demand, host, *attempt.config);
        if (!context) {
            attempt.why.reply = context.error().detail();
            attempt.why.enhanced = "4.3.5";
            co_return false;
        }
        options.tls_context = std::move(*context);
    }
    tls_rpt::Failure session;
    session.sending_ip = attempt.proxy ? std::string() : (*stream)->local().address;
    session.receiving_ip = address;
    auto opened = co_await smtp::open_client(std::move(*stream), std::move(options));
    if (opened.client) {
        if (!opened.client->tls())
            session.result = "starttls-not-supported";
        count(attempt, host, demand, std::move(session));
        Connection connection;
        connection.host = host.name.empty() ? address : host.name;
        connection.tls = tls_text(*opened.client, demand);
        connection.client = std::move(opened.client);
        attempt.connection = std::move(connection);
        co_return true;
    }
    const smtp::Failure& failure = *opened.failure;
    if (failure.tls && !failure.tls_result.empty()) {
        session.result = failure.tls_result;
        session.reason = failure.reply.text;
        count(attempt, host, demand, std::move(session));
    }
    attempt.why.host = host.name.empty() ? address : host.name;
    attempt.why.enhanced = failure.tls ? "4.7.5" : "4.4.2";
    attempt.why.reply =
        shown + ": " + std::string(name_of(failure.stage)) + ": " + failure.reply.line();
    if (failure.tls && demand.is_tried) { // RFC 8461 §5: as if there were no policy
        demand.is_tried = false;
        demand.is_counted = true;
        demand.verify = false;
        demand.mode = demand.untested;
        co_return co_await try_address(attempt, host, std::move(address), std::move(demand));
    }
    if (failure.tls && demand.mode == smtp::ClientTls::May && demand.by.empty()) {
        demand.mode = smtp::ClientTls::None;
        co_return co_await try_address(attempt, host, std::move(address), std::move(demand));
    }
    co_return false;
}

} // namespace mailctl::queue
