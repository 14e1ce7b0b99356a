// Who may send as whom.
#pragma once

#include <optional>

#include "core/address/address.h"
#include "core/base/awaitable.h"
#include "core/smtp/replies.h"

namespace mailctl::smtp {

class Session;

/// Says Ok where this session may use the reverse-path. AUTH-03, AUTH-06, AUTH-08, SMTP-16
Awaitable<Say> check_sender(Session& s, std::optional<address::Address> sender);

/// Says Ok where the login may use the address, by smtp.sender_match; `refused` where it may not.
Awaitable<Say> check_owner(Session& s, address::Address sender, Say refused);

} // namespace mailctl::smtp
