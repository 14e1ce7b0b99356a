// The settings' certificates, read and made into a TLS context.
#pragma once

#include <memory>

#include "conf/config.h"
#include "core/base/result.h"

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

} // namespace mailctl::server
