// Names that stay with mailboxes, emails and threads. RFC 8474.
#pragma once

#include <string>

#include "core/base/ids.h"

namespace mailctl::imap {

// A letter and the store's own number, which is never used again. RFC 8474 §4: the letters keep
// ids of one kind apart from those of another. The numbers are those of one account; `suffix` keeps
// another user's apart (id_suffix() of sharing/place.h). DO NOT CHANGE: clients keep them.
inline std::string object_id(MailboxId id, const std::string& suffix = {})
{
    return "F" + std::to_string(value_of(id)) + suffix;
}
inline std::string object_id(EmailId id, const std::string& suffix = {})
{
    return "M" + std::to_string(value_of(id)) + suffix;
}
inline std::string object_id(ThreadId id, const std::string& suffix = {})
{
    return "T" + std::to_string(value_of(id)) + suffix;
}

} // namespace mailctl::imap
