// An authority for certificates of users: made, and what it signs.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/crypto/certificate.h"

namespace mailctl::crypto {

/// Certificate and key, PEM.
struct Authority {
    std::string certificate, key;
};

/// An authority of its own, with a new key (P-256). Errors: Invalid.
Result<Authority> make_authority(const std::string& common_name, const Validity& validity);
/// From one text that holds both. Errors: Invalid (either is missing, they do not fit, no authority).
Result<Authority> read_authority(std::string_view pem);

/// Whom a certificate for logins names.
struct Holder {
    std::string address;     ///< subjectAltName, so that programs find the login in it. RFC 5280 §4.2.1.6
    std::string common_name; ///< empty: the address
};
/// Signs a certificate for a public key, with a serial number of 127 random bits: no other has it.
/// Errors: Invalid (bad address, Validity, key).
Result<std::string> sign_for_key(const Authority& authority, std::string_view key_pem,
                                 const Holder& holder, const Validity& validity);
/// The same for the key of a signing request, whose signature is checked; its subject and extensions
/// are not taken over. RFC 2986. Errors: Invalid, saying what is wrong with it.
Result<std::string> sign_request(const Authority& authority, std::string_view request_pem,
                                 const Holder& holder, const Validity& validity);

/// Key, certificate and the authority's, for programs to import. RFC 7292
/// AES-256 and PBKDF2; `password` protects it. Errors: Invalid.
Result<std::string> make_pkcs12(std::string_view certificate_pem, std::string_view key_pem,
                                std::string_view authority_pem, const std::string& name,
                                const std::string& password);

} // namespace mailctl::crypto
