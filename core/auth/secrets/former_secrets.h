// Passwords that a user had before: who still shows one finds a mailbox without mail. USR-12
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/user.h"
#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/crypto/scram.h"
#include "store/account.h"
#include "store/directory.h"

namespace mailctl::auth {

inline constexpr std::size_t kFormerPasswords = 3;
inline constexpr std::size_t kFormerAppPasswords = 50;

/// Kept as a note of the account; newest first.
struct FormerSecrets {
    std::vector<std::string> hashes;        ///< as Credentials::hash
    std::vector<std::string> scrams;        ///< as Credentials::scram_sha_256
    std::vector<std::string> app_passwords; ///< as User::app_passwords
};

/// Errors: those of the store. What cannot be read counts as none.
Awaitable<Result<FormerSecrets>> former_secrets(store::Account& account);
/// Adds the user's password as it is now (`with_password`) and all of its app passwords; the oldest
/// past the limits go. Call it before they are replaced. Errors: those of the store.
Awaitable<Result<>> remember_secrets(store::Account& account, store::User user, bool with_password);
/// Forgets all of them. Errors: those of the store.
Awaitable<Result<>> forget_secrets(store::Account& account);

/// The SCRAM keys among them under this salt, encoded: a proof may fit any. A client computes it from
/// the salt that it is told, so that those under another salt cannot be told from a wrong password.
std::vector<std::string> former_scram_keys(const FormerSecrets& former, const crypto::ScramKeys& salt);

/// Under which salt keys of a new password are made: that of the app passwords that stay, and where
/// passwords from before open an empty mailbox, that of the keys before. nullopt: under a new one.
std::optional<crypto::ScramKeys> salt_after(const store::User& before, bool keeps_app_passwords,
                                            conf::OldPassword old_password,
                                            std::uint32_t iterations);

/// True where it is one of the app passwords; hashes of passwords take their time and are the
/// caller's to verify.
bool has_app_password(const FormerSecrets& former, std::string_view secret);

} // namespace mailctl::auth
