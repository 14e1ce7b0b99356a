// Public keys that JSON Web Tokens are verified with. RFC 7515, RFC 7518 §3, RFC 8037 §3.1
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"

struct evp_pkey_st;

namespace mailctl::crypto {

enum class TokenAlgorithm : std::uint8_t { Rs256, Es256, EdDsa };

/// Copies share the key. Threads: any.
class TokenKey {
public:
    TokenKey() = default;
    /// A SubjectPublicKeyInfo or a certificate. Errors: Invalid (none, or a kind or size not taken:
    /// RSA of 2048 bits and more, P-256, Ed25519).
    static Result<TokenKey> from_pem(std::string_view pem);
    /// From the octets of a JWK's members. Errors: Invalid.
    static Result<TokenKey> from_rsa(std::string_view modulus, std::string_view exponent);
    static Result<TokenKey> from_p256(std::string_view x, std::string_view y);
    static Result<TokenKey> from_ed25519(std::string_view x);

    /// What it verifies: each key has one algorithm, so that no token can choose. RFC 8725 §3.1
    TokenAlgorithm algorithm() const { return algorithm_; }
    /// `signature` as RFC 7518 has it: ES256's is R and S, 32 octets each.
    bool verifies(std::string_view signed_octets, std::string_view signature) const;

private:
    static Result<TokenKey> take(evp_pkey_st* key);

    std::shared_ptr<evp_pkey_st> key_;
    TokenAlgorithm algorithm_ = TokenAlgorithm::Rs256;
};

/// Base64 with the URL's alphabet and without padding. RFC 7515 §2. Errors: Invalid.
Result<std::string> decode_base64url(std::string_view text);

} // namespace mailctl::crypto
