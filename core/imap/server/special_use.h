// RFC 6154's attributes and the store's roles.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "core/imap/lexer.h"
#include "store/account.h"

namespace mailctl::imap {

/// "\Drafts" and the like; empty for None and Inbox, which have no attribute.
std::string_view attribute_of(store::SpecialUse role);

/// The same as XLIST has them, "\\Spam"; INBOX has one too.
std::string_view xlist_attribute_of(store::SpecialUse role);
/// use-attr of RFC 6154 §6; one that this server does not know gives nullopt. Errors: Invalid.
Result<std::optional<store::SpecialUse>> parse_special_use(Lexer& args);
/// A role that a mailbox can be given: \All and \Flagged would be searches, which there are none of.
bool can_be_given(store::SpecialUse role);

} // namespace mailctl::imap
