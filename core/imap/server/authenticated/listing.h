// Lines of LIST and LSUB.
#pragma once

#include <string>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/lexer.h"
#include "core/imap/server/authenticated/list_request.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// SP mailbox SP list-mailbox: gives the pattern and sets the reference. Errors: Invalid.
Result<std::string> parse_pattern(Lexer& args, std::string* reference);

/// One "* LIST (\HasNoChildren) "/" name" line; `extended` stands behind the name.
void put_listed(Session& session, std::string_view response, std::string_view attributes,
                std::string_view name, std::string_view extended = {});

/// LIST and XLIST once they are read.
Awaitable<Completion> list_mailboxes(Session& session, const ListRequest& request);

} // namespace mailctl::imap
