// Reads message rows a page at a time.
#pragma once

#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "store/account.h"

namespace mailctl::imap {

/// Rows of one mailbox, ascending. Borrows: the account. Threads: one at a time.
class Rows {
public:
    static constexpr std::size_t kPage = 512;

    /// All within the range.
    Rows(store::Account& account, MailboxId mailbox, store::UidRange range, std::size_t page = kPage);
    /// Those of ascending UIDs; what is expunged is left out.
    Rows(store::Account& account, MailboxId mailbox, std::vector<Uid> wanted,
         std::size_t page = kPage);

    /// The next page; empty at the end. Errors: those of Account::messages.
    Awaitable<Result<std::vector<store::MessageRow>>> next();

private:
    bool is_at_end() const;
    store::UidRange next_range() const;
    void keep_wanted(const store::UidRange& asked, std::vector<store::MessageRow>& rows) const;
    void advance(const store::UidRange& asked, const std::vector<store::MessageRow>& rows);

    store::Account& account_;
    MailboxId mailbox_;
    std::size_t page_;
    bool all_;
    bool is_begun_ = false;
    store::UidRange left_{};  // of all
    std::vector<Uid> wanted_; // else
    std::size_t at_ = 0;
};

} // namespace mailctl::imap
