// Adds several messages in one commit; replaces a message by another.
#include "store/appending.h"

#include <memory>
#include <utility>

#include "store/account/account_keys.h"
#include "store/account/deleted/deleted_rows.h"
#include "store/account/mail_account.h"
#include "store/account/message.h"
#include "store/account/new_message.h"

namespace mailctl::store {

namespace {

class AppendAll final : public Mutation {
public:
    AppendAll(MailboxId box, std::vector<Prepared> messages)
        : box_(box), messages_(std::move(messages))
    {}
    std::vector<Appended> appended;

    Awaitable<Result<>> apply(Change& change) override
    {
        appended.clear();
        std::vector<Uid> uids;
        for (const auto& message : messages_) {
            auto keys = keys_of(message); // read now: the messages before it may share a thread
            const auto rows = co_await change.get(std::move(keys));
            if (!rows)
                co_return rows.error();
            CO_TRY(const auto filed, file(change, box_, message, *rows));
            appended.push_back(filed.appended);
            uids.push_back(filed.appended.uid);
        }
        change.log(ChangeEntry::Kind::Appeared, box_, std::move(uids));
        co_return ok();
    }

private:
    MailboxId box_;
    std::vector<Prepared> messages_;
};

class Replace final : public Mutation {
public:
    /// `keeps`: the old one can be brought back, as one that was expunged.
    Replace(ReplacedMessage old, MailboxId box, Prepared message, bool keeps)
        : old_(old), box_(box), new_(std::move(message)), keeps_(keeps)
    {}
    Appended appended;

    Awaitable<Result<>> apply(Change& change) override
    {
        const std::vector<Uid> gone{old_.uid};
        auto old_rows = co_await find_messages(change, old_.mailbox, gone);
        if (!old_rows)
            co_return old_rows.error();
        if (old_rows->empty() || change.find(old_.mailbox) == nullptr)
            co_return Error(Errc::NotFound, "the message to replace is gone");
        const auto& old_row = old_rows->front();
        change.cell().discharge(old_row.octets); // first: its room is the new one's

        auto keys = keys_of(new_);
        const auto rows = co_await change.get(std::move(keys));
        if (!rows)
            co_return rows.error();
        CO_TRY(const auto filed, file(change, box_, new_, *rows));
        appended = filed.appended;
        change.log(ChangeEntry::Kind::Appeared, box_, {appended.uid});
        co_return co_await remove(change, old_row);
    }

private:
    /// After the new message is filed: the same body in both is kept.
    Awaitable<Result<>> remove(Change& change, const MessageRow& row)
    {
        CO_TRY(auto* box, change.mailbox(old_.mailbox));
        count_out(*box, row);
        box->highest_mod_seq = change.mod_seq();
        change.erase_message(old_.mailbox, row.uid);
        change.log(ChangeEntry::Kind::Expunged, old_.mailbox, {row.uid});
        if (keeps_) {
            keep_deleted(change, *box, row);
            co_return ok();
        }
        std::vector<EmailId> emails{row.email};
        co_return co_await drop_emails(change, std::move(emails));
    }

    ReplacedMessage old_;
    MailboxId box_;
    Prepared new_;
    bool keeps_;
};

} // namespace

Awaitable<Result<std::vector<Appended>>> MailAccount::append_all(MailboxId box,
                                                                 std::vector<NewMessage> messages)
{
    if (messages.empty() || messages.size() > kAppendedAtOnce)
        co_return Error(Errc::Invalid, "no message, or more than one commit takes");
    std::vector<Prepared> prepared;
    prepared.reserve(messages.size());
    for (auto& message : messages) {
        message.delivery_id.clear();
        CO_TRY(auto one, prepare(std::move(message), clock().now(), environment_.random));
        prepared.push_back(std::move(one));
    }
    auto change = std::make_shared<AppendAll>(box, std::move(prepared));
    auto outcome = co_await mutate(change);
    if (!outcome)
        co_return outcome.error();
    co_return std::move(change->appended);
}

Awaitable<Result<Appended>> MailAccount::replace(ReplacedMessage old, MailboxId box,
                                                 NewMessage message)
{
    message.delivery_id.clear();
    const auto kept = co_await keep_deleted();
    if (!kept)
        co_return kept.error();
    CO_TRY(auto prepared, prepare(std::move(message), clock().now(), environment_.random));
    auto change = std::make_shared<Replace>(old, box, std::move(prepared), kept->count() > 0);
    auto outcome = co_await mutate(change);
    if (!outcome)
        co_return outcome.error();
    co_return change->appended;
}

} // namespace mailctl::store
