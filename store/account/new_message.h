// A message on its way into a mailbox: what can be made ready before, and its rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "store/account.h"
#include "store/account/change.h"

namespace mailctl::store {

/// Everything that needs no look at the account, done before the committer runs.
struct Prepared {
    NewMessage message;
    std::string body_row; ///< the inline body as it is stored
    std::string card;
    std::uint64_t own_id = 0;              ///< hash of Message-ID; 0: none
    std::vector<std::uint64_t> references; ///< hashes
};

/// Errors: Invalid (no card, or an inline body that is too large).
Result<Prepared> prepare(NewMessage message, Time now, Random& random);

/// The rows that decide how it is filed: its body's use, its delivery id, its message id, its
/// references.
std::vector<std::string> keys_of(const Prepared& prepared);
using FilingRows = std::vector<std::optional<std::string>>;

/// Where a message went.
struct Filed {
    Appended appended;
    EmailId email{};
};

/// Files it as the mailbox's next message; the caller logs it. `rows`: those of keys_of(). Keeps,
/// at every instant any reader can see:
///   - UIDs ascend and are never reused                  (RFC 9051 §2.3.1.1)
///   - every change raises the account's mod-sequence     (RFC 7162 §3.1)
///   - the mailbox's counts and octets are the sums of its messages
///   - usage passes its limit only where it may           (RFC 9208)
/// Errors: NotFound (mailbox), OverQuota, Corrupt.
Result<Filed> file(Change& change, MailboxId box, const Prepared& prepared, const FilingRows& rows);

} // namespace mailctl::store
