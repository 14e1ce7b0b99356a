// Names that stay with mailboxes, emails and threads. RFC 8474.
#pragma once

#include <string>

#include "core/base/ids.h"

namespace mailctl::imap {

// A letter and the store's own number, which is never used again. RFC 8474 §4: the letters keep
// ids of one kind apart from those of another. DO NOT CHANGE: clients keep them.
inline std::string object_id(MailboxId id) { return "F" + std::to_string(value_of(id)); }
inline std::string object_id(EmailId id) { return "M" + std::to_string(value_of(id)); }
inline std::string object_id(ThreadId id) { return "T" + std::to_string(value_of(id)); }

} // namespace mailctl::imap
