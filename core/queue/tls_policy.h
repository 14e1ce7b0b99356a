// What a host is held to before mail goes to it: by the settings, and by what its domain publishes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/dns/resolver.h"
#include "core/mta_sts/policies.h"
#include "core/net/dane_context.h"
#include "core/route/next_hop.h"
#include "core/smtp/client/client.h"
#include "core/tls_rpt/session.h"

namespace mailctl::net {
class TlsContext; // core/net/tls.h
}
namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::queue {

/// What a message asks for. RFC 8689
enum class TlsWish : std::uint8_t {
    Usual,
    Required, ///< REQUIRETLS
    Optional, ///< "TLS-Required: No": what domains publish does not count, what settings say does
};

/// How the connection to one host must be.
struct TlsDemand {
    smtp::ClientTls mode = smtp::ClientTls::May;
    bool verify = false;               ///< the certificate must be for the host's name
    std::string by;                    ///< "dane", "sts", "route"; empty: nobody demands anything
    std::vector<net::DaneRecord> dane; ///< not empty: these decide
    std::vector<std::string> names;    ///< besides the host's, under a trust anchor of `dane`
    /// Why this host may not be used: Unavailable (what the domain demands cannot be found out:
    /// the mail waits), Denied.
    std::optional<Error> refused;
    /// An MTA-STS policy that is only tried: where TLS does not fulfil it the mail goes on as
    /// `untested` says. RFC 8461 §5
    bool is_tried = false;
    smtp::ClientTls untested = smtp::ClientTls::May;
    // For reports: RFC 8460 §4.3
    tls_rpt::Policy policy;
    std::string policy_failure; ///< "tlsa-invalid", "sts-policy-fetch-error"; empty: none
    std::string policy_reason;
    bool is_counted = false; ///< not to be counted: another try of a session, or without a policy
};

/// Threads: any. Borrows: resolver, sts (nullptr: no domain's policy is asked for).
class TlsPolicies {
public:
    TlsPolicies(dns::Resolver& resolver, mta_sts::Policies* sts) : resolver_(resolver), sts_(sts) {}

    /// `wish`: of the message.
    Awaitable<TlsDemand> demand(const route::Way& way, const route::NextHops& hops,
                                const route::Host& host, const conf::Config& config,
                                TlsWish wish);

    /// The context for such a connection. Errors: Invalid (ca_file cannot be read).
    Result<std::shared_ptr<const net::TlsContext>> context(const TlsDemand& demand,
                                                           const route::Host& host,
                                                           const conf::Config& config);

private:
    Awaitable<Result<bool>> demand_dane(const route::Way& way, const route::NextHops& hops,
                                        const route::Host& host, TlsDemand& demand);
    Awaitable<Result<>> demand_sts(const route::Way& way, const route::Host& host,
                                   const conf::Config& config, TlsDemand& demand);

    dns::Resolver& resolver_;
    mta_sts::Policies* sts_;
    std::mutex mutex_; ///< of contexts_
    std::map<std::string, std::shared_ptr<const net::TlsContext>> contexts_;
};

} // namespace mailctl::queue
