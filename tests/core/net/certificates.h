// Certificates for tests, made on the spot.
#pragma once

#include <string>
#include <vector>

#include "core/crypto/certificate.h"
#include "core/net/tls.h"

namespace mailctl::net {

/// A self-signed certificate for `names`; with `sni` false it does not say which names it serves.
inline CertificatePem certificate_for(std::vector<std::string> names, bool sni = true)
{
    CertificatePem pem;
    pem.key = *crypto::make_private_key(crypto::KeyType::EcdsaP256);
    crypto::CertificateSubject subject;
    subject.names = names;
    const Time now = system_clock().now();
    crypto::Validity validity;
    validity.from = now - std::chrono::hours(1);
    validity.until = now + std::chrono::hours(1);
    pem.chain = *crypto::make_self_signed_certificate(pem.key, subject, validity);
    if (sni)
        pem.names = std::move(names);
    return pem;
}

} // namespace mailctl::net
