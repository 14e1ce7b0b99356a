// SCRAM-SHA-256's keys: what a server keeps instead of the password. RFC 5802 §3, RFC 7677.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::crypto {

/// Parts are octets, not base64.
struct ScramKeys {
    std::uint32_t iterations = 0;
    std::string salt, stored_key, server_key;
};

inline constexpr std::uint32_t kMinScramIterations = 4096; ///< RFC 7677 §4
inline constexpr std::size_t kScramSaltOctets = 16;

/// The keys of a password under a salt. Takes its time: not on an I/O thread.
/// Errors: Invalid (the password has no SASLprep form).
Result<ScramKeys> derive_scram_sha_256(std::string_view password, std::string_view salt,
                                       std::uint32_t iterations);

/// "iterations$salt$stored_key$server_key", base64 parts. DO NOT CHANGE: on disk since 0.1
std::string encode_scram(const ScramKeys& keys);
/// Errors: Invalid.
Result<ScramKeys> decode_scram(std::string_view text);

/// The keys for a new password under a fresh salt, encoded; empty where the password has no
/// SASLprep form (such a user cannot log in by SCRAM).
std::string make_scram_sha_256(std::string_view password, std::uint32_t iterations);

/// True where the client's proof over `auth_message` fits the stored key. RFC 5802 §3.
bool is_scram_proof(const ScramKeys& keys, std::string_view auth_message, std::string_view proof);
/// The server's signature over `auth_message`: "v=" before base64.
std::string scram_server_signature(const ScramKeys& keys, std::string_view auth_message);

} // namespace mailctl::crypto
