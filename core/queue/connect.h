// Opens a connection to one of the hosts of a way, as safe as the settings and the domain demand.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/random.h"
#include "core/dns/resolver.h"
#include "core/net/dial.h"
#include "core/queue/tls_policy.h"
#include "core/route/next_hop.h"
#include "core/route/route.h"
#include "core/smtp/client/client.h"
#include "core/tls_rpt/counters.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::queue {

/// net::dial, or what a test puts in its place.
using Dialer = std::function<Awaitable<Result<std::unique_ptr<net::Stream>>>(net::Dial)>;

/// An open connection, and what was reached.
struct Connection {
    std::unique_ptr<smtp::Client> client;
    std::string host; ///< its name, or its address where it has none
    std::string tls;  ///< "TLS1.3 TLS_AES_256_GCM_SHA384 dane"; empty: in the clear
};

/// Why there is none.
struct Unreachable {
    std::string reply;      ///< "mx.example.org[192.0.2.1]: refused"
    std::string host;       ///< that said it; empty: none was reached
    std::string enhanced;   ///< "4.4.1"
    bool permanent = false; ///< no host ever: no such domain, null MX, ourselves
    bool no_domain = false; ///< of them: the name does not exist
};

struct ConnectParts {
    dns::Resolver* resolver = nullptr;
    Random* random = nullptr;
    TlsPolicies* policies = nullptr;
    Dialer dial;
    route::IsOurs is_ours;
    tls_rpt::Counters* tls_reports = nullptr; ///< nullptr: nobody counts
};

/// Threads: any. Borrows: resolver, random, policies, tls_reports.
class Connector {
public:
    explicit Connector(ConnectParts parts) : parts_(std::move(parts)) {}

    using Opened = boost::system::result<Connection, Unreachable>;
    /// Tries host after host, address after address. `opened` is given the means to cut each
    /// connection short as soon as there is one.
    Awaitable<Opened> open(route::Way way, std::shared_ptr<const conf::Config> config,
                           TlsWish wish, std::function<void(std::function<void()>)> opened);

private:
    struct Try;
    Awaitable<bool> try_host(Try& attempt, const route::NextHops& hops, const route::Host& host);
    Awaitable<bool> try_address(Try& attempt, const route::Host& host, std::string address,
                                TlsDemand demand);
    void count(const Try& attempt, const route::Host& host, const TlsDemand& demand,
               tls_rpt::Failure session) const;

    std::size_t next_turn(const route::Way& way);

    ConnectParts parts_;
    std::mutex mutex_; ///< of turns_
    std::map<std::string, std::size_t, std::less<>> turns_; ///< of ways that settings name
};

} // namespace mailctl::queue
