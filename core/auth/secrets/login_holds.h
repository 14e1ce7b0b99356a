// What let a user in, as Login::credential has it, and whether it would still do so. USR-12
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "store/directory.h"

namespace mailctl::auth {

inline constexpr std::string_view kTokenCredential = "token";
/// "password:TIME": of its last change, so that another password is told from this one.
std::string password_credential(const store::User& user);
std::string app_password_credential(std::string_view id);          ///< "app_password:ID"
std::string certificate_credential(std::string_view fingerprint);  ///< "certificate:SHA256"

/// Whether a session that began with this credential may go on: the user may still log in, the
/// password is the same one, the app password or certificate is still there.
bool login_holds(const store::User& user, std::string_view credential, Time now);

} // namespace mailctl::auth
