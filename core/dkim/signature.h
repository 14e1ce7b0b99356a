// DKIM-Signature: the field taken apart. RFC 6376 §3.5
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/crypto/signing_key.h"
#include "core/dkim/canonical.h"

namespace mailctl::dkim {

inline constexpr std::string_view kSignatureField = "DKIM-Signature";

struct Algorithm {
    crypto::SigningKind kind = crypto::SigningKind::Rsa;
    crypto::Hash hash = crypto::Hash::Sha256;
    bool operator==(const Algorithm&) const = default;
};
/// "rsa-sha256", "rsa-sha1", "ed25519-sha256"
std::string_view name_of(Algorithm algorithm);
/// "sha256", "sha1"
std::string_view hash_name_of(Algorithm algorithm);

struct Signature {
    Algorithm algorithm;              ///< a=
    std::string signature, body_hash; ///< b=, bh=: octets
    Canons canons{Canon::Simple, Canon::Simple};
    std::string domain;               ///< d=, canonical
    std::string selector;             ///< s=, canonical
    std::vector<std::string> headers; ///< h=, as written
    std::string identity;             ///< i=, as written; "@" and d= where it is not given
    std::string identity_domain;      ///< canonical
    std::optional<std::uint64_t> length;
    std::optional<Time> signed_at, expires; ///< t=, x=
};

/// Why a field is no signature to work with. RFC 6376 §6.1.1
/// Errors: Invalid (syntax, unknown version, algorithm, form or query), Denied (From is not signed,
/// i= is not within d=, x= before t=).
Result<Signature> parse_signature(std::string_view value);

/// The field's octets with the value of b= taken out. RFC 6376 §3.7
std::string without_signature(std::string_view raw);

} // namespace mailctl::dkim
