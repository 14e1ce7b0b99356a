// The authority that signs users' certificates, and what was issued. AUTH-12
#pragma once

#include <optional>
#include <string>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace mailctl::store {

class Store; // store/store.h

/// Certificate and key of the authority, PEM.
struct ClientAuthority {
    std::string certificate, key;
};
/// nullopt: none was made yet. Errors: Unavailable, Corrupt.
Awaitable<Result<std::optional<ClientAuthority>>> client_authority(Store& store);
/// Keeps it unless there is one; gives the one that is kept. Errors: Unavailable.
Awaitable<Result<ClientAuthority>> keep_client_authority(Store& store, ClientAuthority authority);

/// One certificate as it was issued. Its key is kept in the bundle alone, and that only where it
/// was asked for: encrypted, with a password that the store does not have.
struct IssuedCertificate {
    std::string certificate; ///< PEM
    std::string pkcs12;      ///< empty: not kept
};
/// `fingerprint`: SHA-256 in hexadecimal. nullopt: not issued here. Errors: Unavailable, Corrupt.
Awaitable<Result<std::optional<IssuedCertificate>>> issued_certificate(Store& store, AccountId account,
                                                                       std::string fingerprint);
/// Errors: Unavailable, Invalid (over what a row holds).
Awaitable<Result<>> keep_issued_certificate(Store& store, AccountId account, std::string fingerprint,
                                            IssuedCertificate issued);
/// No error where there is none.
Awaitable<Result<>> forget_issued_certificate(Store& store, AccountId account,
                                              std::string fingerprint);

} // namespace mailctl::store
