// What a host is held to before mail goes to it: by the settings, and by what its domain publishes.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "conf/config.h"
#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/net/tls.h"
#include "core/route/next_hop.h"
#include "core/smtp/client/client.h"

namespace mailctl::queue {

/// How the connection to one host must be.
struct TlsDemand {
    smtp::ClientTls mode = smtp::ClientTls::May;
    bool verify = false; ///< the certificate must be for the host's name
    std::string by;      ///< "dane", "sts", "route"; empty: nobody demands anything
};

/// Threads: any.
class TlsPolicies {
public:
    /// Errors: Unavailable (what the domain demands cannot be found out: the mail waits),
    /// Denied (this host may not be used).
    Awaitable<Result<TlsDemand>> demand(const route::Way& way, const route::NextHops& hops,
                                        const route::Host& host, const conf::Config& config,
                                        bool require_tls);

    /// The context for such a connection. Errors: Invalid (ca_file cannot be read).
    Result<std::shared_ptr<const net::TlsContext>> context(const TlsDemand& demand,
                                                           const route::Host& host,
                                                           const conf::Config& config);

private:
    std::mutex mutex_; ///< of contexts_
    std::map<std::string, std::shared_ptr<const net::TlsContext>> contexts_;
};

} // namespace mailctl::queue
