// Expunged messages and deleted mailboxes of an account, as long as they can be brought back.
//
// They lie in rows of their own and are no messages any more: no UID leads to them, no mailbox
// counts them. A row goes with the commit that brings its message back or ends it for ever.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/account.h"

namespace mailctl::store {

/// Names one deleted message: in the order in which they were deleted.
struct DeletedId {
    Time deleted{};
    MailboxId mailbox{};
    Uid uid{};
    auto operator<=>(const DeletedId&) const = default;
};

struct DeletedMessage {
    DeletedId id;
    std::string mailbox; ///< its name when the message was deleted
    MessageRow row;      ///< as it was
};

struct DeletedMailbox {
    Time deleted{};
    MailboxId id{};
    std::string name;
    SpecialUse role = SpecialUse::None;
    bool subscribed = false;
};

/// What restore did.
struct Restored {
    std::uint64_t messages = 0;
    std::vector<std::string> mailboxes; ///< those that were made for them, by name
};

/// Threads: any. Get it from Account::deleted(), which must outlive it.
class DeletedMail {
public:
    virtual ~DeletedMail() = default;

    /// The messages deleted after that one, oldest first.
    virtual Awaitable<Result<std::vector<DeletedMessage>>> messages(DeletedId after,
                                                                    std::uint32_t limit) = 0;
    /// All deleted mailboxes, oldest first.
    virtual Awaitable<Result<std::vector<DeletedMailbox>>> mailboxes() = 0;

    /// Puts messages back, with new UIDs and their flags but for \Deleted, into `into`, or where it
    /// is empty each into the mailbox of its old name. A mailbox that is not there is made, with its
    /// parents. Messages that are not there any more are passed over. Commits 150 at a time: after
    /// an error the rest is as it was.
    /// Errors: OverQuota, Invalid (the name of `into`).
    virtual Awaitable<Result<Restored>> restore(std::vector<DeletedId> messages,
                                                std::string into) = 0;
    /// Makes a deleted mailbox anew, empty, with its role where none has it and its subscription;
    /// no error where there is one of that name. Errors: OverQuota (kMaxMailboxes).
    virtual Awaitable<Result<>> restore_mailbox(DeletedMailbox mailbox) = 0;

    /// Ends for ever what was deleted before that time; gives how many messages.
    virtual Awaitable<Result<std::uint64_t>> purge(Time before) = 0;
    /// The same for these messages.
    virtual Awaitable<Result<std::uint64_t>> purge(std::vector<DeletedId> messages) = 0;

    /// What deleted messages take.
    virtual Awaitable<Result<Usage>> usage() = 0;
    /// They count as the account's usage where limits are checked.
    virtual bool counts_in_quota() const = 0;
};

/// What counts against the limits of an account: its messages, and deleted ones where they count.
Awaitable<Result<Usage>> usage_of_quota(Account& account);

} // namespace mailctl::store
