// Copies messages to where one commit cannot: another user's mailbox.
#pragma once

#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::imap {

class Progress; // core/imap/server/progress.h

/// A mailbox that messages are copied out of. Borrows: everything.
struct CopySource {
    store::Store& store;
    store::Account& account;
    MailboxId mailbox{};
    Progress* progress = nullptr; ///< a client that is told how far it is
    CopySource(store::Store& s, store::Account& a, MailboxId m) : store(s), account(a), mailbox(m) {}
};

/// Copies messages with their dates and those flags that the user may set in
/// the target (RFC 4314 §4). All or none: what was copied before a failure is taken away again
/// (RFC 3501 §6.4.7). Memory: one chunk of a body. Errors: NotFound (the target is gone), OverQuota,
/// those of the store.
Awaitable<Result<store::Copied>> copy_across(CopySource source, std::vector<Uid> uids,
                                             const Located& target);
/// The same, and then expunges what was copied. Where that fails they are in both, and none is lost.
Awaitable<Result<store::Copied>> move_across(CopySource source, std::vector<Uid> uids,
                                             const Located& target);

} // namespace mailctl::imap
