// Digests, message authentication codes and key derivation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mailctl::crypto {

enum class Hash { Md5, Sha1, Sha256, Sha512, Sm3 };

/// Octets of a digest: 16, 20, 32, 64, 32.
std::size_t digest_octets(Hash hash);

/// The digest of `data`, as octets.
std::string digest(Hash hash, std::string_view data);

/// RFC 2104.
std::string hmac(Hash hash, std::string_view key, std::string_view data);

/// RFC 8018 §5.2. Limit: `iterations` and `octets` at least 1.
std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt,
                   std::uint32_t iterations, std::size_t octets);

} // namespace mailctl::crypto
