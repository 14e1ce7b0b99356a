// AUTH, the client's end. For core/smtp/client only.
#pragma once

#include "core/smtp/client/session.h"

namespace mailctl::smtp {

/// Authenticates by the best mechanism that both sides know. RFC 4954 §4
/// An empty reply (code 0, no text): done. Throws Disconnected.
Awaitable<PeerReply> log_in(ClientSession& session);

} // namespace mailctl::smtp
