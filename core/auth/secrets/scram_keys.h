// Which keys a SCRAM proof may fit: the user's own, and those of app passwords. AUTH-11
#pragma once

#include "core/auth/authenticator.h"
#include "core/auth/secrets/app_password.h"
#include "core/crypto/scram.h"

namespace mailctl::auth {

/// auth.app_passwords_only names the service: it refuses the user's own password.
bool demands_app_password(const conf::Config& config, store::Right service);

/// The keys that a client is given the salt of: the user's own, or where the service refuses those,
/// the first ones of an app password. nullopt: there are none.
std::optional<crypto::ScramKeys> first_scram_keys(const store::User& user, store::Right service,
                                                  const conf::Config& config);

/// Keys of the user's app passwords for this service under the same salt: a proof may fit any.
std::vector<crypto::ScramKeys> sibling_scram_keys(const Authenticator::ScramKeys& keys,
                                                  store::Right service);

/// The app password that has these keys.
std::optional<AppPassword> find_app_password_by_keys(const store::User& user,
                                                     const std::string& stored_key);

} // namespace mailctl::auth
