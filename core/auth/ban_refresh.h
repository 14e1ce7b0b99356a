// Puts bans in force that were written to the store, or lifted there.
#pragma once

#include "core/base/awaitable.h"
#include "core/base/result.h"

namespace mailctl::auth {

class Authenticator; // core/auth/authenticator.h

/// Reads the bans again, so that connections from now on are measured by them; else they are within
/// kBanListAge. Nothing to do where the authenticator keeps no list. Errors: Unavailable.
Awaitable<Result<>> refresh_bans(Authenticator& authenticator);

} // namespace mailctl::auth
