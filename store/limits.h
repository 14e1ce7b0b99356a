// The limits of a user: the user's own, or the domain's default.
#pragma once

#include "store/account.h"
#include "store/directory.h"

namespace mailctl::store {

/// The limits in force; 0 is none.
Usage effective_limits(const Domain& domain, const User& user);

} // namespace mailctl::store
