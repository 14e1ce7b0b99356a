// Several messages at once: what one commit must hold, or nothing of it.
#pragma once

#include <vector>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/account.h"

namespace mailctl::store {

/// Messages that one append_all takes: their rows usually fit into one commit.
inline constexpr std::size_t kAppendedAtOnce = 500;

/// A message that another one replaces.
struct ReplacedMessage {
    MailboxId mailbox{};
    Uid uid{};
};

/// Part of an account: Account::appending(). Threads: any.
class Appending {
public:
    virtual ~Appending() = default;

    /// Adds all of the messages, in their order and with UIDs that ascend without a gap, or none:
    /// no reader ever sees some of them. Delivery ids are not looked at. RFC 3502
    /// Errors: NotFound (mailbox), OverQuota (all together), Invalid (no message, more than
    /// kAppendedAtOnce, or more than one commit takes).
    virtual Awaitable<Result<std::vector<Appended>>> append_all(
        MailboxId box, std::vector<NewMessage> messages) = 0;

    /// Adds the message and removes the old one, wherever that is, in one commit. The account
    /// needs no more room than what the new one takes beyond the old one. RFC 8508
    /// Errors: NotFound (mailbox, or the old message is gone: nothing was added), OverQuota.
    virtual Awaitable<Result<Appended>> replace(ReplacedMessage old, MailboxId box,
                                                NewMessage message) = 0;
};

} // namespace mailctl::store
