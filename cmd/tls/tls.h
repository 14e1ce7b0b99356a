// mailctl tls: keys and certificates as files.
#pragma once

#include <string>
#include <vector>

#include "cmd/context.h"
#include "core/crypto/certificate.h"

namespace mailctl::cmd {

/// Whom a certificate or request is for, and with which key: the same words for both verbs.
struct TlsSubject {
    crypto::CertificateSubject subject;
    std::string key_type = "ecdsa";
    std::string key; ///< file
};
void add_tls_subject(CLI::App& verb, TlsSubject& options);
/// The key in the file, or a new one written there (0600). Errors: Invalid, Denied, Unavailable.
Result<std::string> key_for(const TlsSubject& options, Context& ctx);

void add_tls_new(CLI::App& tls, Context& ctx);
void add_tls_csr(CLI::App& tls, Context& ctx);
void add_tls_show(CLI::App& tls, Context& ctx);

} // namespace mailctl::cmd
