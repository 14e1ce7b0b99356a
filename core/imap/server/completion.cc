// Errors of the store as IMAP tells them.
#include "core/imap/server/completion.h"

#include "core/base/log.h"

namespace mailctl::imap {

Completion refuse(const Error& error)
{
    switch (error.code()) {
    case Errc::Invalid:
        return Completion::no("CANNOT", "Not possible");
    case Errc::NotFound:
        return Completion::no("NONEXISTENT", "No such mailbox");
    case Errc::Exists:
        return Completion::no("ALREADYEXISTS", "Mailbox exists already");
    case Errc::Denied:
        return Completion::no("NOPERM", "You have no right to do that");
    case Errc::OverQuota:
        return Completion::no("OVERQUOTA", "Quota exceeded");
    case Errc::Busy:
        return Completion::no("INUSE", "In use, try again");
    case Errc::Corrupt:
        log::error("imap", "corrupt", {{"error", to_string(error)}});
        return Completion::no("CORRUPTION", "Stored data is damaged");
    case Errc::Unavailable:
    case Errc::Conflict:
    case Errc::InDoubt:
        break;
    }
    log::error("imap", "unavailable", {{"error", to_string(error)}});
    return Completion::no("UNAVAILABLE", "Temporary failure, try again");
}

} // namespace mailctl::imap
