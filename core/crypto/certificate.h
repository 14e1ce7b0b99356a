// Keys and certificates as PEM: made for a new server, described for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::crypto {

enum class KeyType { EcdsaP256, Rsa2048, Rsa3072, Rsa4096 };

/// A new private key, PKCS #8 PEM without a passphrase. Takes its time (RSA): not on an I/O thread.
Result<std::string> make_private_key(KeyType type);

/// Whom a certificate names. Empty fields are left out.
struct CertificateSubject {
    std::string common_name; ///< empty: the first of `names`
    std::string organization, unit, locality, state, email;
    std::string country;            ///< two letters
    std::vector<std::string> names; ///< subjectAltName: DNS names, or addresses ("192.0.2.1")
};

struct Validity {
    Time from{};
    Time until{};
};

/// A certificate signed by its own key, PEM. Errors: Invalid (bad key, no name, bad country).
Result<std::string> make_self_signed_certificate(std::string_view key_pem, const CertificateSubject& subject,
                                                 const Validity& validity);

/// A certificate signing request, PEM. RFC 2986. Errors: as above.
Result<std::string> make_signing_request(std::string_view key_pem, const CertificateSubject& subject);

/// What people ask about a certificate.
struct CertificateInfo {
    std::string subject, issuer;    ///< "CN = mail.example.org, O = Example"
    std::string common_name;
    std::vector<std::string> names; ///< DNS names and addresses of subjectAltName
    std::string serial;             ///< hexadecimal
    Time not_before{}, not_after{};
    std::string key;                ///< "EC 256", "RSA 2048"
    std::string sha256;             ///< fingerprint, hexadecimal
    bool is_self_issued = false;
    bool is_authority = false;
};

/// Every certificate of a chain, in its order. Errors: Invalid (no certificate, bad PEM).
Result<std::vector<CertificateInfo>> describe_certificates(std::string_view chain_pem);

/// Ok where the key belongs to the first certificate. Errors: Invalid, saying which part is bad.
Result<> check_key_fits(std::string_view chain_pem, std::string_view key_pem);

} // namespace mailctl::crypto
