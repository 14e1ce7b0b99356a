// The account as a reader with an own \Seen sees it.
#include "store/own_seen.h"

#include <algorithm>
#include <utility>

#include "store/account/account_keys.h"
#include "store/account/mail_account.h"
#include "store/account/message.h"
#include "store/account/shared/seen_marks.h"

namespace mailctl::store {
namespace {

bool sets_seen(const FlagsUpdate& update)
{
    return update.flags.has(SystemFlag::Seen);
}

/// Changes flags of the messages, but \Seen in the reader's marks. A changed mark counts as a change
/// of the message: its mod-sequence rises, so that the reader's other clients learn of it.
class UpdateOwnFlags final : public Mutation {
public:
    UpdateOwnFlags(MailboxId box, AccountId reader, FlagsUpdate update)
        : box_(box), reader_(reader), update_(std::move(update))
    {
    }
    FlagsUpdated updated;

    Awaitable<Result<>> apply(Change& change) override
    {
        updated = {};
        auto rows = co_await find_messages(change, box_, update_.uids);
        if (!rows)
            co_return rows.error();
        if (change.find(box_) == nullptr)
            co_return Error(Errc::NotFound, "no such mailbox");
        SeenMarks marks;
        CO_TRY_VOID(co_await read_marks(change, marks));
        std::vector<Uid> uids;
        for (auto& row : *rows)
            if (update_one(change, row, marks))
                uids.push_back(row.uid);
        if (uids.empty())
            co_return ok();
        for (const auto& [page, bits] : marks.pages())
            change.put(keys::seen_marks(box_, reader_, page), encode_text(bits));
        change.log(ChangeEntry::Kind::FlagsChanged, box_, std::move(uids));
        co_return ok();
    }

private:
    Awaitable<Result<>> read_marks(Change& change, SeenMarks& marks)
    {
        const auto pages = seen_pages_of(update_.uids);
        std::vector<std::string> wanted;
        for (const auto page : pages)
            wanted.push_back(keys::seen_marks(box_, reader_, page));
        const auto rows = co_await change.get(std::move(wanted));
        if (!rows)
            co_return rows.error();
        for (std::size_t i = 0; i < pages.size(); ++i) {
            if (!(*rows)[i])
                continue;
            CO_TRY(auto bits, decode_text(*(*rows)[i]));
            marks.put(pages[i], std::move(bits));
        }
        co_return ok();
    }

    /// True where the row or the mark changed.
    bool update_one(Change& change, MessageRow& row, SeenMarks& marks)
    {
        if (update_.unchanged_since && row.mod_seq > *update_.unchanged_since) {
            updated.modified.push_back(row.uid);
            return false;
        }
        const bool saw = marks.has(row.uid);
        const bool sees = update_.change == FlagChange::Replace  ? sets_seen(update_)
                          : update_.change == FlagChange::Add    ? saw || sets_seen(update_)
                                                                 : saw && !sets_seen(update_);
        auto flags = changed(row.flags);
        const bool differs = flags != row.flags || saw != sees;
        if (differs) {
            marks.set(row.uid, sees);
            auto& box = **change.mailbox(box_);
            count_out(box, row);
            row.flags = flags;
            row.mod_seq = change.mod_seq();
            count_in(box, row);
            change.put_message(box_, row);
        }
        auto shown = row;
        marks.overlay(shown);
        updated.rows.push_back(shown);
        return differs;
    }

    /// The row's own flags; its \Seen is the owner's.
    Flags changed(const Flags& old) const
    {
        auto by = update_.flags;
        auto flags = old;
        by.clear(SystemFlag::Seen);
        if (update_.change == FlagChange::Replace) {
            flags = by;
            if (old.has(SystemFlag::Seen))
                flags.set(SystemFlag::Seen);
            return flags;
        }
        const bool adds = update_.change == FlagChange::Add;
        flags.system = static_cast<std::uint8_t>(adds ? flags.system | by.system
                                                      : flags.system & ~by.system);
        for (std::size_t i = 0; i < flags.keywords.size(); ++i)
            flags.keywords[i] =
                adds ? flags.keywords[i] | by.keywords[i] : flags.keywords[i] & ~by.keywords[i];
        return flags;
    }

    MailboxId box_;
    AccountId reader_;
    FlagsUpdate update_;
};

/// Hands everything on but flags. Keeps the account alive.
class OwnSeenAccount final : public Account {
public:
    OwnSeenAccount(std::shared_ptr<MailAccount> account, AccountId reader)
        : account_(std::move(account)), reader_(reader)
    {
    }

    AccountId id() const override { return account_->id(); }

    Awaitable<Result<std::vector<MailboxInfo>>> mailboxes() override
    {
        return account_->mailboxes();
    }
    Awaitable<Result<MailboxInfo>> find_mailbox(std::string name) override
    {
        return account_->find_mailbox(std::move(name));
    }
    Awaitable<Result<MailboxInfo>> mailbox(MailboxId id) override { return account_->mailbox(id); }
    Awaitable<Result<MailboxInfo>> mailbox_by_role(SpecialUse role) override
    {
        return account_->mailbox_by_role(role);
    }
    Awaitable<Result<MailboxInfo>> create_mailbox(std::string name, SpecialUse role) override
    {
        return account_->create_mailbox(std::move(name), role);
    }
    Awaitable<Result<>> delete_mailbox(std::string name) override
    {
        return account_->delete_mailbox(std::move(name));
    }
    Awaitable<Result<>> rename_mailbox(std::string from, std::string to) override
    {
        return account_->rename_mailbox(std::move(from), std::move(to));
    }
    Awaitable<Result<>> subscribe(std::string name, bool on) override
    {
        return account_->subscribe(std::move(name), on);
    }
    Awaitable<Result<std::vector<std::string>>> subscriptions() override
    {
        return account_->subscriptions();
    }

    Awaitable<Result<Appended>> append(MailboxId box, NewMessage message) override;
    Awaitable<Result<std::vector<MessageRow>>> messages(MailboxId box, UidRange range,
                                                        std::uint32_t limit) override;
    Awaitable<Result<FlagsUpdated>> update_flags(MailboxId box, FlagsUpdate update) override;

    Awaitable<Result<Email>> email(EmailId id) override { return account_->email(id); }
    Awaitable<Result<std::string>> read_body(BodyRef body, std::uint64_t offset,
                                             std::uint64_t length) override
    {
        return account_->read_body(std::move(body), offset, length);
    }
    Awaitable<Result<std::vector<Uid>>> expunge(MailboxId box, std::vector<Uid> uids,
                                                bool only_deleted) override
    {
        return account_->expunge(box, std::move(uids), only_deleted);
    }
    Awaitable<Result<Copied>> copy(MailboxId from, std::vector<Uid> uids, MailboxId to) override
    {
        return account_->copy(from, std::move(uids), to);
    }
    Awaitable<Result<Copied>> move(MailboxId from, std::vector<Uid> uids, MailboxId to) override
    {
        return account_->move(from, std::move(uids), to);
    }
    Awaitable<Result<UidRange>> take_recent(MailboxId box, Recent how) override
    {
        return account_->take_recent(box, how);
    }

    Awaitable<Result<std::vector<std::string>>> keywords() override { return account_->keywords(); }
    Awaitable<Result<std::vector<unsigned>>> intern_keywords(
        std::vector<std::string> names) override
    {
        return account_->intern_keywords(std::move(names));
    }

    ModSeq highest_mod_seq() const override { return account_->highest_mod_seq(); }
    Awaitable<Result<Changes>> changes_since(ModSeq after) override
    {
        return account_->changes_since(after);
    }
    std::unique_ptr<Watch> watch(std::function<void()> changed) override
    {
        return account_->watch(std::move(changed));
    }

    Awaitable<Result<Usage>> usage() override { return account_->usage(); }
    Awaitable<Result<>> set_limits(Usage limits) override { return account_->set_limits(limits); }
    Awaitable<Result<Usage>> limits() override { return account_->limits(); }
    Awaitable<Result<std::vector<std::string>>> recount() override { return account_->recount(); }

    DeletedMail& deleted() override { return account_->deleted(); }
    Appending& appending() override { return account_->appending(); }
    UrlKeys& url_keys() override { return account_->url_keys(); }
    Acls& acls() override { return account_->acls(); }
    Metadata& metadata() override { return account_->metadata(); }
    Awaitable<Result<std::optional<std::string>>> note(std::string name) override
    {
        return account_->note(std::move(name));
    }
    Awaitable<Result<>> set_note(std::string name, std::string value) override
    {
        return account_->set_note(std::move(name), std::move(value));
    }

private:
    Awaitable<Result<>> read_marks(MailboxId box, const std::vector<MessageRow>& rows,
                                   SeenMarks& marks);

    std::shared_ptr<MailAccount> account_;
    AccountId reader_;
};

Awaitable<Result<Appended>> OwnSeenAccount::append(MailboxId box, NewMessage message)
{
    const bool seen = message.flags.has(SystemFlag::Seen);
    message.flags.clear(SystemFlag::Seen);
    CO_TRY(auto appended, co_await account_->append(box, std::move(message)));
    if (!seen)
        co_return appended;
    FlagsUpdate update;
    update.uids.push_back(appended.uid);
    update.flags.set(SystemFlag::Seen);
    CO_TRY_VOID(co_await update_flags(box, std::move(update)));
    co_return appended;
}

Awaitable<Result<>> OwnSeenAccount::read_marks(MailboxId box, const std::vector<MessageRow>& rows,
                                               SeenMarks& marks)
{
    std::vector<Uid> uids;
    for (const auto& row : rows)
        uids.push_back(row.uid);
    const auto pages = seen_pages_of(uids);
    Query query;
    for (const auto page : pages)
        query.keys.push_back(keys::seen_marks(box, reader_, page));
    const auto answer = co_await account_->engine().read(account_->partition(), std::move(query));
    if (!answer)
        co_return answer.error();
    for (std::size_t i = 0; i < pages.size(); ++i) {
        if (!answer->values[i])
            continue;
        CO_TRY(auto bits, decode_text(*answer->values[i]));
        marks.put(pages[i], std::move(bits));
    }
    co_return ok();
}

Awaitable<Result<std::vector<MessageRow>>> OwnSeenAccount::messages(MailboxId box, UidRange range,
                                                                    std::uint32_t limit)
{
    CO_TRY(auto rows, co_await account_->messages(box, range, limit));
    if (rows.empty())
        co_return rows;
    SeenMarks marks;
    CO_TRY_VOID(co_await read_marks(box, rows, marks));
    for (auto& row : rows)
        marks.overlay(row);
    co_return rows;
}

Awaitable<Result<FlagsUpdated>> OwnSeenAccount::update_flags(MailboxId box, FlagsUpdate update)
{
    auto uids = std::move(update.uids);
    if (!std::is_sorted(uids.begin(), uids.end()))
        std::sort(uids.begin(), uids.end());
    FlagsUpdated all;
    for (std::size_t at = 0; at < uids.size(); at += update.uids.size()) {
        update.uids = flagged_at_once(uids, at);
        auto change = std::make_shared<UpdateOwnFlags>(box, reader_, update);
        CO_TRY_VOID(co_await account_->mutate(change));
        auto& part = change->updated;
        all.rows.insert(all.rows.end(), part.rows.begin(), part.rows.end());
        all.modified.insert(all.modified.end(), part.modified.begin(), part.modified.end());
    }
    co_return all;
}

} // namespace

std::shared_ptr<Account> with_own_seen(std::shared_ptr<Account> account, AccountId reader)
{
    auto mail = std::dynamic_pointer_cast<MailAccount>(account);
    if (!mail) // one reader's already
        return account;
    return std::make_shared<OwnSeenAccount>(std::move(mail), reader);
}

} // namespace mailctl::store
