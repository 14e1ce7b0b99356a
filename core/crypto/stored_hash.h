// The text of a stored password taken apart: its scheme, cost, salt and digest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/crypto/digest.h"
#include "core/crypto/scram.h"

namespace mailctl::crypto {

/// One stored password. Which members are set depends on `kind`.
struct StoredHash {
    enum class Kind {
        Argon2,      ///< text
        Crypt,       ///< text: crypt(3) knows what to do with it
        Digest,      ///< hash, salt (after the password), octets
        SaltFirst,   ///< hash, salt (before the password), octets
        Pbkdf2,      ///< hash, salt, iterations, octets
        Scram,       ///< scram
    } kind = Kind::Argon2;
    std::string_view scheme; ///< its name; static storage
    std::string text;
    Hash hash = Hash::Sha256;
    std::string salt;
    std::string octets;
    std::uint32_t iterations = 0;
    ScramKeys scram;
};

/// Errors: Invalid, with the exact reason.
Result<StoredHash> parse_stored_hash(std::string_view text);

} // namespace mailctl::crypto
