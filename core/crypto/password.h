// Passwords at rest: made with Argon2id, checked in every form that other servers export.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::crypto {

/// Cost of a new hash.
struct HashOptions {
    unsigned memory_kib = 19 * 1024;
    unsigned passes = 2;
};

/// A new hash, "$argon2id$v=19$...", with its own random salt. Takes its time: not on an I/O
/// thread. The password is hashed in its SASLprep form where it has one (RFC 4013).
/// Throws std::bad_alloc where the memory is not to be had.
std::string hash_password(std::string_view password, const HashOptions& options);

/// True where `password` is the one `hash` was made from. Takes its time: not on an I/O thread.
/// A malformed hash and an empty password verify nothing.
bool verify_password(std::string_view hash, std::string_view password);

/// Ok where verify_password can work with `hash`: for imports.
/// Errors: Invalid, with the exact reason: unknown scheme, wrong length, bad character, a cost
/// that would stall the server.
Result<> is_wellformed_hash(std::string_view hash);

/// True where a login should replace `hash` by a new one: another scheme, or another cost.
bool needs_rehash(std::string_view hash, const HashOptions& options);

/// The scheme's name as in "{ARGON2ID}", without braces; "unknown" where malformed.
std::string_view scheme_of(std::string_view hash);

/// Spends as much time as verifying a hash of these options, for users that do not exist.
void verify_nothing(std::string_view password, const HashOptions& options);

/// A password that people can type: `characters` of 0-9 and a-z without look-alikes, 5 bits each.
std::string generate_password(unsigned characters = 16);

} // namespace mailctl::crypto
