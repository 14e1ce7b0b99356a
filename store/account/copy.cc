// Copies and moves messages between mailboxes.
#include <algorithm>

#include "store/account/account_keys.h"
#include "store/account/mail_account.h"
#include "store/account/message.h"

namespace mailctl::store {

namespace {

/// Two rows a message: its own, and how often its email is named.
constexpr std::uint32_t kTransferredAtOnce = 1000;

enum class Source : bool { Stays, Goes };

/// Copy and move: the flags, the internal date and the email stay the same (RFC 9051 §6.4.7).
class Transfer final : public Mutation {
public:
    Transfer(MailboxId from, std::vector<Uid> uids, MailboxId to, Source source)
        : from_(from), to_(to), uids_(std::move(uids)), source_(source)
    {}
    Copied copied;

    Awaitable<Result<>> apply(Change& change) override
    {
        copied = {};
        if (change.find(from_) == nullptr || change.find(to_) == nullptr)
            co_return Error(Errc::NotFound, "no such mailbox");
        copied.uid_validity = change.find(to_)->uid_validity;
        auto rows = co_await find_messages(change, from_, uids_);
        if (!rows)
            co_return rows.error();
        CO_TRY_VOID(check_room(change, *rows));
        std::vector<EmailId> emails;
        for (const auto& row : *rows) {
            add(change, row);
            if (source_ == Source::Goes)
                remove(change, row);
            else
                emails.push_back(row.email);
        }
        auto used = co_await use_emails(change, std::move(emails));
        if (!used)
            co_return used.error();
        if (!copied.to.empty() && source_ == Source::Goes)
            change.log(ChangeEntry::Kind::Expunged, from_, copied.from);
        if (!copied.to.empty())
            change.log(ChangeEntry::Kind::Appeared, to_, copied.to);
        co_return ok();
    }

private:
    Result<> check_room(const Change& change, const std::vector<MessageRow>& rows) const
    {
        const auto uids_left = 0xFFFFFFFF - value_of(change.find(to_)->uid_next);
        if (rows.size() > uids_left)
            return Error(Errc::OverQuota, "the mailbox has no UID left");
        std::uint64_t octets = 0;
        for (const auto& row : rows)
            octets += row.octets;
        if (source_ == Source::Stays && !rows.empty() &&
            !change.cell().has_room_for(octets, rows.size()))
            return Error(Errc::OverQuota, "the account is full");
        return ok();
    }

    void add(Change& change, MessageRow row)
    {
        auto& box = **change.mailbox(to_);
        copied.from.push_back(row.uid);
        row.uid = box.uid_next;
        row.mod_seq = change.mod_seq();
        row.saved = change.now();
        count_in(box, row);
        copied.to.push_back(row.uid);
        change.put_message(to_, row);
        if (source_ == Source::Stays)
            change.cell().charge(row.octets);
    }

    void remove(Change& change, const MessageRow& row)
    {
        auto& box = **change.mailbox(from_);
        count_out(box, row);
        box.highest_mod_seq = change.mod_seq();
        change.erase_message(from_, row.uid);
    }

    MailboxId from_;
    MailboxId to_;
    std::vector<Uid> uids_;
    Source source_;
};

void take(Copied& all, const Copied& part)
{
    all.uid_validity = part.uid_validity;
    all.from.insert(all.from.end(), part.from.begin(), part.from.end());
    all.to.insert(all.to.end(), part.to.begin(), part.to.end());
}

/// The next UIDs that fit into one commit.
std::vector<Uid> some_of(const std::vector<Uid>& uids, std::size_t at)
{
    const auto end = std::min<std::size_t>(uids.size(), at + kTransferredAtOnce);
    return {uids.begin() + static_cast<std::ptrdiff_t>(at),
            uids.begin() + static_cast<std::ptrdiff_t>(end)};
}

} // namespace

Awaitable<Result<Copied>> MailAccount::copy(MailboxId from, std::vector<Uid> uids, MailboxId to)
{
    std::sort(uids.begin(), uids.end());
    Copied all;
    // An empty set too looks at both mailboxes once.
    for (std::size_t at = 0; at == 0 || at < uids.size(); at += kTransferredAtOnce) {
        auto change = std::make_shared<Transfer>(from, some_of(uids, at), to, Source::Stays);
        auto outcome = co_await mutate(change);
        if (!outcome) {
            // RFC 9051 §6.4.7: the target must be as it was before the attempt.
            co_await expunge_now(to, std::move(all.to), false, false);
            co_return outcome.error();
        }
        take(all, change->copied);
    }
    co_return all;
}

// RFC 6851 §3.3: each message is in one of the mailboxes at every instant.
Awaitable<Result<Copied>> MailAccount::move(MailboxId from, std::vector<Uid> uids, MailboxId to)
{
    std::sort(uids.begin(), uids.end());
    Copied all;
    for (std::size_t at = 0; at == 0 || at < uids.size(); at += kTransferredAtOnce) {
        auto change = std::make_shared<Transfer>(from, some_of(uids, at), to, Source::Goes);
        auto outcome = co_await mutate(change);
        if (!outcome && all.from.empty())
            co_return outcome.error();
        if (!outcome)
            co_return all; // what was moved is told; the rest stays where it is
        take(all, change->copied);
    }
    co_return all;
}

} // namespace mailctl::store
