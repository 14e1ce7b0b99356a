// RFC 6154's attributes and the store's roles.
#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/imap/lexer.h"
#include "store/account.h"

namespace mailctl::imap {

/// "\Drafts" and the like; empty for None and Inbox, which have no attribute.
std::string_view attribute_of(store::SpecialUse role);

/// The same as XLIST has them, "\\Spam"; INBOX has one too.
std::string_view xlist_attribute_of(store::SpecialUse role);
/// Errors: Invalid (unknown).
Result<store::SpecialUse> parse_special_use(Lexer& args);

} // namespace mailctl::imap
