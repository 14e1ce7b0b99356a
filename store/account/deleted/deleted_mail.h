// The deleted mail of one account.
#pragma once

#include "store/deleted.h"

namespace mailctl::store {

class MailAccount;

/// Borrows: the account it is a member of.
class AccountDeletedMail final : public DeletedMail {
public:
    explicit AccountDeletedMail(MailAccount& account) : account_(account) {}

    Awaitable<Result<std::vector<DeletedMessage>>> messages(DeletedId after,
                                                            std::uint32_t limit) override;
    Awaitable<Result<std::vector<DeletedMailbox>>> mailboxes() override;
    Awaitable<Result<Restored>> restore(std::vector<DeletedId> messages, std::string into) override;
    Awaitable<Result<>> restore_mailbox(DeletedMailbox mailbox) override;
    Awaitable<Result<std::uint64_t>> purge(Time before) override;
    Awaitable<Result<std::uint64_t>> purge(std::vector<DeletedId> messages) override;
    Awaitable<Result<Usage>> usage() override;
    bool counts_in_quota() const override;

private:
    MailAccount& account_;
};

} // namespace mailctl::store
