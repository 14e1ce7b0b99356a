// The octets that a URL names, for a session.
#pragma once

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/message_url.h"
#include "core/imap/server/session.h"
#include "core/urls/named_message.h"
#include "core/urls/url_authority.h"

namespace mailctl::imap {

using urls::MessagePart;
using urls::read_part;

/// The session's user as one who asks for what URLs name.
urls::UrlReader url_reader(const Session& session);

/// What a URL of this server names: for the user himself, or by its owner's permission (RFC 4469 §3,
/// RFC 4467 §6). A relative one may be of the selected mailbox.
/// Errors: NotFound, Denied (no such message or part, or not for this user), those of the store.
Awaitable<Result<MessagePart>> find_message_part(Session& session, MessageUrl url);

} // namespace mailctl::imap
