// What the mailboxes of one domain take together.
#pragma once

#include <string>

#include "store/account.h"
#include "store/store.h"

namespace mailctl::store {

/// The sum over a domain's users: one small read each. Errors: Unavailable, Corrupt.
Awaitable<Result<Usage>> usage_of_domain(Store& store, std::string domain);

} // namespace mailctl::store
