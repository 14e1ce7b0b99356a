// Tells a session what others changed in its mailbox.
#pragma once

#include "core/base/awaitable.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// Whether EXPUNGE may be sent now. RFC 3501 §7.4.1.
enum class Expunges : bool { Hold, Tell };

/// True where the change log went on, or expunges wait that may be told now.
bool needs_sync(const Session& session, Expunges expunges);

/// Writes EXPUNGE (where it may), EXISTS, RECENT, FLAGS and FETCH for what the change log holds
/// that the client does not know. RFC 3501 §5.2, §7.3, §7.4.
Awaitable<> sync(Session& session, Expunges expunges);

/// Keeps, where that is due, that this session was told its recent messages: after a restart no
/// other one is (RFC 3501 §2.3.2).
Awaitable<> claim_recent(Session& session);

/// Reads the UIDs of a newly selected mailbox into the view, finds its recent messages, and gives
/// the number of the first message without \Seen; 0: none. Errors: those of the store.
Awaitable<Result<std::uint32_t>> load_view(View& view);

} // namespace mailctl::imap
