// TLS: certificates chosen by server name, made from PEM.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mailctl::net {

/// A certificate chain and its key, as PEM text.
struct CertificatePem {
    std::vector<std::string> names; ///< for SNI; empty: taken from the certificate
    std::string chain;
    std::string key;
};

struct TlsOptions {
    std::string min_version = "1.2"; ///< "1.0" to "1.3"
    std::string max_version = "1.3";
    std::string ciphers;
    /// PEM: certificates that those of clients must come from; a client may still show none.
    /// Empty: clients are not asked.
    std::string client_ca = {};
    /// Clients are asked for a certificate, from whomever it is: TlsInfo::peer_fingerprint tells
    /// which. Not with `client_ca`.
    bool asks_clients = false;
};

/// Everything a listener needs to speak TLS. Immutable; a reload makes a new one.
class TlsContext {
public:
    virtual ~TlsContext() = default;
    /// The OpenSSL SSL_CTX of the default certificate; SNI switches to another. For core/net only.
    virtual void* native() const = 0;
    /// Which end start_tls makes of a stream.
    virtual bool is_client() const = 0;
    /// What a client asks for by SNI; may be empty.
    virtual const std::string& server_name() const = 0;
};

/// The default certificate is the first one without names, else the first one.
/// Errors: Invalid (bad PEM, key does not fit, unknown version), each naming the certificate.
Result<std::shared_ptr<const TlsContext>> make_tls_context(
    const std::vector<CertificatePem>& certificates, const TlsOptions& options);

/// What a client wants of a server, and shows it.
struct ClientTlsOptions {
    std::string server_name; ///< a name or an IP address: the certificate must be for it
    std::string ca;          ///< PEM: what the server's certificate must come from; empty: the system's
    CertificatePem own;      ///< `chain` empty: none
};

/// A context that verifies the server. Errors: Invalid (bad PEM, key does not fit).
Result<std::shared_ptr<const TlsContext>> make_client_context(const ClientTlsOptions& options);

/// For clients in tests: verifies nothing.
std::shared_ptr<const TlsContext> make_insecure_client_context(
    std::string server_name = {}, std::string_view max_version = "1.3");

} // namespace mailctl::net
