// Who may send as whom.
#pragma once

#include <optional>

#include "core/address/address.h"
#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/delivery/router.h"
#include "core/smtp/replies.h"

namespace mailctl::smtp {

class Session;

/// Says Ok where this session may use the reverse-path. AUTH-03, AUTH-06, AUTH-08, SMTP-16
Awaitable<Say> check_sender(Session& s, std::optional<address::Address> sender);

/// Whether the login may use the address, by smtp.sender_match. Errors: those of the router.
Awaitable<Result<delivery::MaySend>> may_send(Session& s, address::Address sender);

} // namespace mailctl::smtp
