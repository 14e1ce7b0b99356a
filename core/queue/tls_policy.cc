// Finds out what a host is held to, and keeps contexts for TLS.
#include "core/queue/tls_policy.h"

#include <algorithm>

#include "conf/config.h"
#include "core/base/read_file.h"
#include "core/crypto/hex.h"
#include "core/dane/dane.h"
#include "core/net/tls.h"

namespace mailctl::queue {
namespace {

using conf::OutboundTls;

constexpr std::size_t kMaxContexts = 1000;

smtp::ClientTls mode_of(OutboundTls tls)
{
    switch (tls) {
        case OutboundTls::None:
            return smtp::ClientTls::None;
        case OutboundTls::May:
            return smtp::ClientTls::May;
        case OutboundTls::Encrypt:
        case OutboundTls::Verify:
            return smtp::ClientTls::Required;
        case OutboundTls::Implicit:
            return smtp::ClientTls::Implicit;
    }
    return smtp::ClientTls::Required;
}

/// RFC 8460 §4.4: "policy-string"
tls_rpt::Policy policy_of(const std::vector<dns::Tlsa>& records, const std::string& host)
{
    tls_rpt::Policy out;
    out.type = tls_rpt::PolicyType::Tlsa;
    out.domain = host;
    for (const auto& record : records)
        out.text.push_back(std::to_string(record.usage) + ' ' + std::to_string(record.selector) +
                           ' ' + std::to_string(record.matching) + ' ' +
                           crypto::encode_hex(record.data));
    std::sort(out.text.begin(), out.text.end()); // their order in answers changes
    return out;
}

tls_rpt::Policy policy_of(const mta_sts::Policy& policy, const std::string& domain)
{
    tls_rpt::Policy out;
    out.type = tls_rpt::PolicyType::Sts;
    out.domain = domain;
    const bool is_enforced = policy.mode == mta_sts::Policy::Mode::Enforce;
    out.text = {"version: STSv1", is_enforced ? "mode: enforce" : "mode: testing"};
    for (const auto& mx : policy.mx)
        out.text.push_back("mx: " + mx);
    out.text.push_back("max_age: " + std::to_string(policy.max_age.count()));
    out.mx_hosts = policy.mx;
    return out;
}

} // namespace

/// RFC 7672 §2.2: where the way to the host is authentic, its TLSA records decide. False: none.
Awaitable<Result<bool>> TlsPolicies::demand_dane(const route::Way& way, const route::NextHops& hops,
                                                 const route::Host& host, TlsDemand& demand)
{
    auto found = co_await dane::look_up(resolver_, host.name, host.port);
    if (!found) {
        demand.policy.type = tls_rpt::PolicyType::Tlsa;
        demand.policy.domain = host.name;
        demand.policy_failure = "dnssec-invalid";
        co_return found.error().within("TLSA");
    }
    if (found->use == dane::Records::Use::None)
        co_return false;
    demand.policy = policy_of(found->usable, host.name);
    if (found->usable.empty())
        demand.policy_failure = "tlsa-invalid"; // RFC 8460 §4.3.2.1
    demand.mode = smtp::ClientTls::Required;
    demand.by = "dane";
    demand.verify = found->use == dane::Records::Use::Verify;
    for (const auto& record : found->usable)
        demand.dane.push_back({record.usage, record.selector, record.matching, record.data});
    if (way.kind == route::Way::Kind::Mx && hops.mx_secure)
        demand.names.push_back(way.domain); // RFC 7672 §3.2.2
    co_return true;
}

/// RFC 8461 §4, §5
Awaitable<Result<>> TlsPolicies::demand_sts(const route::Way& way, const route::Host& host,
                                            const conf::Config& config, TlsDemand& demand)
{
    using Mode = mta_sts::Policy::Mode;
    const auto found = co_await sts_->policy_for(way.domain, config.outbound.ca_file);
    if (!found.failure.empty()) {
        demand.policy.type = tls_rpt::PolicyType::Sts;
        demand.policy.domain = way.domain;
        demand.policy_failure = found.failure;
        demand.policy_reason = found.reason;
    }
    if (!found.policy || found.policy->mode == Mode::None)
        co_return ok();
    const bool is_enforced = found.policy->mode == Mode::Enforce;
    demand.policy = policy_of(*found.policy, way.domain);
    if (!mta_sts::allows(*found.policy, host.name)) {
        demand.policy_failure = "validation-failure";
        demand.policy_reason = "not a host of the domain's MTA-STS policy";
        if (is_enforced)
            co_return Error(Errc::Denied, demand.policy_reason);
        co_return ok();
    }
    if (is_enforced)
        demand.by = "sts";
    else if (demand.verify)
        co_return ok(); // the settings demand as much
    else
        demand.is_tried = true;
    demand.untested = demand.mode;
    demand.mode = smtp::ClientTls::Required;
    demand.verify = true;
    co_return ok();
}

Awaitable<TlsDemand> TlsPolicies::demand(const route::Way& way, const route::NextHops& hops,
                                         const route::Host& host, const conf::Config& config,
                                         TlsWish wish)
{
    TlsDemand demand;
    demand.policy.domain = way.domain;
    demand.is_counted = wish == TlsWish::Optional; // it would tell nothing of the domain's policy
    demand.mode = mode_of(way.hop.tls);
    demand.verify = way.hop.tls == OutboundTls::Verify || way.hop.tls == OutboundTls::Implicit;
    if (demand.mode == smtp::ClientTls::Required || demand.mode == smtp::ClientTls::Implicit)
        demand.by = "route";
    const bool may_be_asked =
        wish != TlsWish::Optional &&
        (demand.mode == smtp::ClientTls::May || demand.mode == smtp::ClientTls::Required) &&
        !host.name.empty();
    const bool is_mx = way.kind == route::Way::Kind::Mx;
    bool has_dane = false;
    if (may_be_asked && config.outbound.dane && config.dns.dnssec != conf::Dnssec::Off &&
        host.secure && (!is_mx || hops.mx_secure)) {
        auto published = co_await demand_dane(way, hops, host, demand);
        if (!published) {
            demand.refused = published.error();
            co_return demand;
        }
        has_dane = *published;
    }
    if (may_be_asked && !has_dane && is_mx && config.outbound.mta_sts && sts_) { // RFC 8461 §2
        auto allowed = co_await demand_sts(way, host, config, demand);
        if (!allowed) {
            demand.refused = allowed.error();
            co_return demand;
        }
    }
    if (wish == TlsWish::Required && demand.mode != smtp::ClientTls::Implicit) { // RFC 8689 §4.2.1
        demand.mode = smtp::ClientTls::Required;
        demand.verify = true;
        demand.is_tried = false;
        if (demand.by.empty())
            demand.by = "requiretls";
    }
    co_return demand;
}

Result<std::shared_ptr<const net::TlsContext>> TlsPolicies::context(const TlsDemand& demand,
                                                                    const route::Host& host,
                                                                    const conf::Config& config)
{
    const std::string name = host.name.empty() ? host.addresses.front() : host.name;
    if (demand.verify && !demand.dane.empty()) {
        net::DaneOptions options;
        options.server_name = name;
        options.names = demand.names;
        options.records = demand.dane;
        return net::make_dane_context(std::move(options));
    }
    const bool is_required = demand.mode != smtp::ClientTls::May;
    const std::string min_version = is_required ? config.outbound.min_tls_version : "1.0";
    const std::string key =
        (demand.verify ? "v " : "- ") + name + " " + config.outbound.ca_file + " " + min_version;
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = contexts_.find(key); known != contexts_.end())
            return known->second;
    }
    std::shared_ptr<const net::TlsContext> made;
    if (demand.verify) {
        net::ClientTlsOptions options;
        options.server_name = name;
        if (!config.outbound.ca_file.empty()) {
            auto ca = read_file(config.outbound.ca_file);
            if (!ca)
                return Error(Errc::Invalid, "outbound.ca_file: " + ca.error().detail());
            options.ca = *std::move(ca);
        }
        TRY(made, net::make_client_context(options));
    } else {
        TRY(made, net::make_unverified_context(host.name, min_version));
    }
    const std::lock_guard lock(mutex_);
    if (contexts_.size() >= kMaxContexts)
        contexts_.clear();
    contexts_.emplace(key, made);
    return made;
}

} // namespace mailctl::queue
