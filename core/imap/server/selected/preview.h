// PREVIEW: the first words of a message.
#pragma once

#include <string>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "store/account.h"

namespace mailctl::imap {

/// Characters of a preview at most. RFC 8970 §3.1
inline constexpr std::size_t kPreviewCharacters = 200;

/// The start of the first text of a message, blanks joined, as UTF-8; empty where it has no text.
/// Looks no further than a few thousand octets into it. Errors: those of Account::read_body.
Awaitable<Result<std::string>> preview_of(store::Account& account, const store::Email& email);

} // namespace mailctl::imap
