// Lines of LIST and LSUB.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/imap/lexer.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// SP mailbox SP list-mailbox: gives the pattern and sets the reference. Errors: Invalid.
Result<std::string> parse_pattern(Lexer& args, std::string* reference);

/// One "* LIST (\HasNoChildren) "/" name" line; `extended` stands behind the name.
void put_listed(Session& session, std::string_view response, std::string_view attributes,
                std::string_view name, std::string_view extended = {});

} // namespace mailctl::imap
