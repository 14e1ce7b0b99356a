// Logins by what is no password: certificates and tokens.
#pragma once

#include <string>

#include "core/auth/authenticator.h"

namespace mailctl::auth {

/// What an authenticator may offer beside passwords. Threads: any.
class OtherLogins {
public:
    virtual ~OtherLogins() = default;

    /// Lets a user in with a certificate of which TLS has verified that the key is at hand. AUTH-12
    /// Errors: Denied (not enrolled, expired, and as Authenticator::check_password), Busy,
    /// Unavailable.
    virtual Awaitable<Result<Login>> check_certificate(Attempt attempt, std::string name,
                                                       std::string fingerprint) = 0;
    /// Lets the user in whom a bearer token is for. `name`: whom the client names; may be empty.
    /// Errors: as above; Denied also where the two differ.
    virtual Awaitable<Result<Login>> check_token(Attempt attempt, std::string name, std::string token) = 0;
};

/// nullptr: it knows passwords only.
inline OtherLogins* other_logins(Authenticator& authenticator)
{
    return dynamic_cast<OtherLogins*>(&authenticator);
}

} // namespace mailctl::auth
