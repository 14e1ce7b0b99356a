// The table of commands.
#pragma once

#include <span>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/smtp/reply.h"

namespace mailctl::smtp {

class Session;

/// One verb: a handler that need not wait, or one that may.
struct CommandRow {
    std::string_view verb;
    Reply (*plain)(Session&, std::string_view) = nullptr;
    Awaitable<Reply> (*waiting)(Session&, std::string_view) = nullptr;
    bool before_tls = false; ///< allowed where the listener demands STARTTLS first
};

std::span<const CommandRow> commands();
/// nullptr: no such verb. Case ignored.
const CommandRow* find_command(std::string_view verb);

// Each in the file of its verb. Arguments come without the spaces around them.
Reply on_helo(Session& s, std::string_view arguments);
Reply on_ehlo(Session& s, std::string_view arguments);
Reply on_lhlo(Session& s, std::string_view arguments);
Awaitable<Reply> on_mail(Session& s, std::string_view arguments);
Awaitable<Reply> on_rcpt(Session& s, std::string_view arguments);
Awaitable<Reply> on_data(Session& s, std::string_view arguments);
Awaitable<Reply> on_bdat(Session& s, std::string_view arguments);
Awaitable<Reply> on_burl(Session& s, std::string_view arguments);
Awaitable<Reply> on_auth(Session& s, std::string_view arguments);
Awaitable<Reply> on_starttls(Session& s, std::string_view arguments);
Awaitable<Reply> on_vrfy(Session& s, std::string_view arguments);
Awaitable<Reply> on_expn(Session& s, std::string_view arguments);
Awaitable<Reply> on_etrn(Session& s, std::string_view arguments);
Reply on_rset(Session& s, std::string_view arguments);
Reply on_noop(Session& s, std::string_view arguments);
Reply on_help(Session& s, std::string_view arguments);
Reply on_quit(Session& s, std::string_view arguments);

} // namespace mailctl::smtp
