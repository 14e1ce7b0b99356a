// What LOGIN and AUTHENTICATE share: opening the account.
#pragma once

#include "core/auth/authenticator.h"
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// This connection's login attempt, for throttling and logs.
auth::Attempt attempt_of(const Session& session);

/// Opens the user's account: the session is authenticated when it returns OK.
Awaitable<Completion> enter(Session& session, auth::Login login);

/// NO for a login that failed; too many of them end the session.
Completion refuse_login(Session& session, const Error& error);

} // namespace mailctl::imap
