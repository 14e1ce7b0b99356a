// Tells a domain's postmaster by mail that the domain fills up. QTA-03
#pragma once

#include <string>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/delivery/services.h"

namespace mailctl::keeping {

/// Adds up what the domain's users have, and tells its postmaster (else the server's), once, of the
/// highest level of quota.domain_warn that is reached; forgets the levels that it fell well below
/// of. A postmaster who is a user here has the last of these mails only. A domain without a limit,
/// or that is gone, is no error. Errors: those of the store; Invalid (nobody to tell), Unavailable.
Awaitable<Result<>> look_at_domain_quota(const delivery::Services& services, std::string domain);

} // namespace mailctl::keeping
