// Who may send as the user, as annotations of the server that the user sets. AUTH-07
#pragma once

#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/metadata_request.h"
#include "core/imap/server/completion.h"
#include "core/imap/server/session.h"
#include "store/metadata.h"

namespace mailctl::imap {

/// True for delegation::kSendAsEntry and kOnBehalfEntry. They are the server's, not a mailbox's.
bool is_of_delegates(std::string_view entry);

/// Adds them where there are delegates: "bob@example.org, cid@example.org". Errors: those of the
/// directory.
Awaitable<Result<>> add_delegates(const Session& session,
                                  std::vector<store::MetadataEntry>& entries);

/// SETMETADATA of these entries, whose values are addresses between commas or blanks; NIL and ""
/// name nobody. An address is in one of the two: where it is put last. RFC 5464 §4.3
Awaitable<Completion> set_delegates(Session& session, SetMetadata request);

} // namespace mailctl::imap
