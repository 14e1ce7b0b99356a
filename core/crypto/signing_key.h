// Key pairs that sign digests: RSA (PKCS #1 v1.5) and Ed25519.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/crypto/digest.h"

struct evp_pkey_st;

namespace mailctl::crypto {

enum class SigningKind : std::uint8_t { Rsa, Ed25519 };

/// The half of a pair that everybody may know. Copies share the key. Threads: any.
class VerifyingKey {
public:
    VerifyingKey() = default;
    /// From what DKIM publishes: RSA as SubjectPublicKeyInfo or RSAPublicKey (RFC 6376 §3.6.1 and
    /// its erratum 3017), Ed25519 as 32 octets (RFC 8463 §4.2). Errors: Invalid.
    static Result<VerifyingKey> from_octets(SigningKind kind, std::string_view octets);

    SigningKind kind() const;
    unsigned bits() const; ///< of the modulus; Ed25519: 256
    /// SubjectPublicKeyInfo for RSA, 32 octets for Ed25519.
    std::string octets() const;
    /// True where `signature` was made over `digest` by the other half.
    bool verifies(Hash hash, std::string_view digest, std::string_view signature) const;

private:
    friend class SigningKey;
    std::shared_ptr<evp_pkey_st> key_;
};

/// The half that signs. Copies share the key. Threads: any.
class SigningKey {
public:
    SigningKey() = default;
    /// `bits`: of an RSA modulus, 1024 to 8192. Takes its time (RSA): not on an I/O thread.
    /// Errors: Invalid (bits).
    static Result<SigningKey> generate(SigningKind kind, unsigned bits = 2048);
    /// PKCS #8 or PKCS #1 PEM without a passphrase. Errors: Invalid (also another kind of key).
    static Result<SigningKey> from_pem(std::string_view pem);
    /// From the 32 octets of RFC 8032 §5.1.5. Errors: Invalid.
    static Result<SigningKey> from_seed(std::string_view seed);

    bool is_set() const { return key_ != nullptr; }
    SigningKind kind() const;
    unsigned bits() const;
    std::string pem() const; ///< PKCS #8
    VerifyingKey verifying() const;
    /// RSASSA-PKCS1-v1_5 with `hash` over a digest made by it (RFC 8017 §8.2), or PureEdDSA over
    /// the digest's octets (RFC 8463 §3). Errors: Invalid (the key is too short for the hash).
    Result<std::string> sign(Hash hash, std::string_view digest) const;

private:
    std::shared_ptr<evp_pkey_st> key_;
};

} // namespace mailctl::crypto
