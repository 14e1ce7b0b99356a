// The settings' certificates, read and made into a TLS context.
#pragma once

#include <memory>

#include "conf/config.h"
#include "core/base/result.h"

namespace mailctl::net {
class TlsContext; // core/net/tls.h
}

namespace mailctl::server {

/// nullptr where the settings name no certificate. `client_ca`: a file, see net::TlsOptions. Errors: Invalid, NotFound, Denied, Unavailable,
/// each naming the file or the secret reference.
Result<std::shared_ptr<const net::TlsContext>> load_certificates(const conf::TlsSettings& settings,
                                                                   const std::string& client_ca = {});

} // namespace mailctl::server
