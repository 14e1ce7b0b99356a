// Removes messages.
#include <algorithm>

#include "store/account/account_keys.h"
#include "store/account/deleted/deleted_rows.h"
#include "store/account/mail_account.h"
#include "store/account/message.h"

namespace mailctl::store {

namespace {

/// Those that can be brought back keep their emails: one row each comes, and is in no page any more.
constexpr std::uint32_t kKeptAtOnce = 1000;

class Expunge final : public Mutation {
public:
    Expunge(MailboxId box, std::vector<Uid> uids, bool only_deleted, bool keeps)
        : box_(box), uids_(std::move(uids)), only_deleted_(only_deleted), keeps_(keeps)
    {}
    std::vector<Uid> gone;

    Awaitable<Result<>> apply(Change& change) override
    {
        gone.clear();
        auto rows = co_await find_messages(change, box_, uids_);
        if (!rows)
            co_return rows.error();
        if (change.find(box_) == nullptr)
            co_return Error(Errc::NotFound, "no such mailbox");
        std::vector<EmailId> emails;
        for (const auto& row : *rows) {
            if (only_deleted_ && !row.flags.has(SystemFlag::Deleted))
                continue;
            remove(change, row);
            if (!keeps_)
                emails.push_back(row.email);
        }
        auto dropped = co_await drop_emails(change, std::move(emails));
        if (!dropped)
            co_return dropped.error();
        if (!gone.empty())
            change.log(ChangeEntry::Kind::Expunged, box_, gone);
        co_return ok();
    }

private:
    void remove(Change& change, const MessageRow& row)
    {
        auto& box = **change.mailbox(box_);
        count_out(box, row);
        box.highest_mod_seq = change.mod_seq();
        change.cell().discharge(row.octets);
        change.erase_message(box_, row.uid);
        if (keeps_)
            keep_deleted(change, box, row);
        gone.push_back(row.uid);
    }

    MailboxId box_;
    std::vector<Uid> uids_;
    bool only_deleted_;
    bool keeps_;
};

} // namespace

Awaitable<Result<std::vector<Uid>>> MailAccount::expunge(MailboxId box, std::vector<Uid> uids,
                                                         bool only_deleted)
{
    const auto kept = co_await keep_deleted();
    if (!kept)
        co_return kept.error();
    co_return co_await expunge_now(box, std::move(uids), only_deleted, kept->count() > 0);
}

Awaitable<Result<std::vector<Uid>>> MailAccount::expunge_now(MailboxId box, std::vector<Uid> uids,
                                                             bool only_deleted, bool keeps)
{
    const auto found = co_await mailbox(box);
    if (!found)
        co_return found.error();
    std::sort(uids.begin(), uids.end());
    std::vector<Uid> gone;
    const auto at_once = keeps ? kKeptAtOnce : kMessagesAtOnce;
    for (std::size_t at = 0; at < uids.size(); at += at_once) {
        const auto end = std::min<std::size_t>(uids.size(), at + at_once);
        std::vector<Uid> some(uids.begin() + static_cast<std::ptrdiff_t>(at),
                              uids.begin() + static_cast<std::ptrdiff_t>(end));
        auto change = std::make_shared<Expunge>(box, std::move(some), only_deleted, keeps);
        auto outcome = co_await mutate(change);
        if (!outcome)
            co_return outcome.error();
        gone.insert(gone.end(), change->gone.begin(), change->gone.end());
    }
    co_return gone;
}

} // namespace mailctl::store
