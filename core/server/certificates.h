// The settings' certificates, read and made into a TLS context.
#pragma once

#include <memory>

#include "conf/config.h"
#include "core/base/result.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}
namespace mailctl::net {
class TlsContext; // core/net/tls.h
}

namespace mailctl::server {

/// Whether clients are asked for a certificate, see net::TlsOptions.
struct AskClients {
    std::string ca;   ///< a file: only for those that come from these authorities
    bool any = false; ///< for one from anybody
};

/// nullptr where the settings name no certificate. Errors: Invalid, NotFound, Denied, Unavailable,
/// each naming the file or the secret reference.
Result<std::shared_ptr<const net::TlsContext>> load_certificates(const conf::TlsSettings& settings,
                                                                 const AskClients& ask);

/// What sessions of listeners speak TLS with; nullptr where there is no certificate.
struct ListenerTls {
    std::shared_ptr<const net::TlsContext> asking; ///< clients are asked for a certificate
    std::shared_ptr<const net::TlsContext> silent; ///< and here they are not
};
/// One and the same where auth.client_certificates is off. Errors: as load_certificates.
Result<ListenerTls> load_listener_certificates(const conf::Config& config);

/// The same with another TLS.
std::shared_ptr<const delivery::Services> with_tls(const delivery::Services& services,
                                                   std::shared_ptr<const net::TlsContext> tls);

/// Clients are asked where one could log in with a certificate, unless the listener says not to.
/// AUTH-12
bool asks_clients(const conf::Listener& listener);

} // namespace mailctl::server
