// Keys by which links to messages are signed, one a mailbox.
#pragma once

#include <string>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace mailctl::store {

inline constexpr std::size_t kUrlKeyOctets = 32;

/// Part of an account: Account::url_keys(). A key goes with its mailbox. Threads: any.
class UrlKeys {
public:
    virtual ~UrlKeys() = default;

    /// The key of the mailbox, made where it has none yet. RFC 4467 §2: mailbox access key
    /// Units: kUrlKeyOctets octets. Errors: NotFound (mailbox).
    virtual Awaitable<Result<std::string>> url_key(MailboxId box) = 0;
    /// Forgets the key: what it signed is void. Errors: NotFound (mailbox).
    virtual Awaitable<Result<>> reset_url_key(MailboxId box) = 0;
    /// Forgets the keys of all mailboxes.
    virtual Awaitable<Result<>> reset_url_keys() = 0;
};

} // namespace mailctl::store
