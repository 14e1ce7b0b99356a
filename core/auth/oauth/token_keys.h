// The keys that tokens are verified with here: a JWK set or PEM. RFC 7517
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/crypto/token_key.h"

namespace mailctl::auth {

inline constexpr std::size_t kMaxTokenKeys = 64;
inline constexpr std::size_t kMaxKeyFileOctets = 256 * 1024;

struct NamedKey {
    std::string id; ///< kid; empty: none
    crypto::TokenKey key;
};

/// A JWK set, one JWK, or PEM public keys and certificates one after the other. Keys of other
/// kinds, and those for encryption, are left out. Errors: Invalid (none left, malformed).
Result<std::vector<NamedKey>> parse_token_keys(std::string_view text);

/// The claims of a token that one of the keys verifies. RFC 7515 §5.2, and RFC 8725: its "alg" must
/// be its key's, "crit" is not understood, and "none" is nothing.
/// Errors: Denied (no such key, bad signature), Invalid (no JWT).
Result<std::string> claims_of_jwt(std::string_view token, const std::vector<NamedKey>& keys);

} // namespace mailctl::auth
