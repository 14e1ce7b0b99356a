// Reads one whole command: lines, and the literals that they announce.
#pragma once

#include <optional>
#include <string>

#include "core/base/awaitable.h"
#include "core/imap/lexer.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// A command as it came, literals in place, without its last CRLF.
struct Command {
    std::string text;
    std::optional<Announced> message; ///< APPEND: where `text` ends, the message is still to come
    const char* fault = nullptr;      ///< a limit was passed: what to say; `text` holds the start
    bool is_fatal = false;            ///< and the connection cannot go on
};

/// Asks for synchronizing literals. Throws Disconnected.
/// Limit: Limits::imap_command_octets; before a login kPreAuthCommandOctets and
/// kPreAuthLiteralOctets.
Awaitable<Command> read_command(Session& session);

/// Reads and drops a message that was refused, and whatever follows it in its command: nothing of
/// it may be taken for a command. A synchronizing literal is never sent. Ends the session where it
/// would be too much (RFC 7888 §4).
Awaitable<> drop_message(Session& session, std::optional<Announced> literal);

} // namespace mailctl::imap
