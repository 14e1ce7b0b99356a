// From what a person types as the login name to the user it means. AUTH-10
#pragma once

#include <optional>
#include <string>

#include "conf/user.h"
#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "store/directory.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::auth {

inline constexpr std::size_t kMaxLoginNameOctets = 512;

/// Whom a name means, as far as the directory knows.
struct LoginName {
    std::string key; ///< the name in its one form: the full address, or the typed name in lower case
    std::optional<store::User> user;
    bool is_domain_enabled = false;
    conf::UserSettings own; ///< what holds for the user
};

/// Takes the full address, an address in an alias domain, a bare name with `domain`,
/// one of auth.separators instead of "@", and by auth.alias_login an alias with one local target.
/// Errors: Unavailable, Corrupt (an unknown name is no error: `user` is empty).
Awaitable<Result<LoginName>> find_login_name(store::Directory& directory, const conf::Config& config,
                                             std::string domain, std::string name);

} // namespace mailctl::auth
