// Creates, deletes, renames and subscribes mailboxes.
#include <algorithm>
#include <utility>

#include "store/account/account_keys.h"
#include "store/account/deleted/deleted_rows.h"
#include "store/account/mail_account.h"
#include "store/account/mailbox_name.h"
#include "store/account/make_mailbox.h"
#include "store/account/message.h"

namespace mailctl::store {

namespace {

/// Renaming more mailboxes than this at once does not fit into one commit.
constexpr std::size_t kMaxRenamed = 3000;

} // namespace

Result<MailboxInfo*> make_mailbox(Change& change, std::string name, SpecialUse role)
{
    if (change.mailbox_count() >= kMaxMailboxes)
        return Error(Errc::OverQuota, "too many mailboxes");
    auto& cell = change.cell();
    cell.uid_validity = uid_validity_at(change.now(), cell.uid_validity);
    MailboxInfo box;
    box.id = cell.next_mailbox;
    box.name = std::move(name);
    box.role = role;
    box.uid_validity = cell.uid_validity;
    box.highest_mod_seq = change.mod_seq();
    cell.next_mailbox = MailboxId{value_of(box.id) + 1};
    change.log(ChangeEntry::Kind::MailboxChanged, box.id);
    return &change.add_mailbox(std::move(box));
}

Result<> make_parents(Change& change, std::string_view name)
{
    for (auto& parent : parents_of(name))
        if (change.find(parent) == nullptr)
            TRY_VOID(make_mailbox(change, std::move(parent), SpecialUse::None));
    return ok();
}

namespace {

class CreateMailbox final : public Mutation {
public:
    CreateMailbox(std::string name, SpecialUse role) : name_(std::move(name)), role_(role) {}
    MailboxInfo created;

    Awaitable<Result<>> apply(Change& change) override
    {
        std::vector<std::string> above; // the list of the nearest mailbox above it, where there is one
        for (const auto& parent : parents_of(name_))
            if (const auto* box = change.find(parent); box != nullptr)
                above = {keys::acl(box->id)};
        std::vector<std::string> missing;
        for (auto& parent : parents_of(name_))
            if (change.find(parent) == nullptr)
                missing.push_back(std::move(parent));
        CO_TRY_VOID(create(change));
        auto lists = co_await change.get(std::move(above));
        if (!lists)
            co_return lists.error();
        missing.push_back(name_);
        if (!lists->empty() && lists->front()) // RFC 4314 §4: a new mailbox inherits it
            for (const auto& made : missing)
                change.put(keys::acl(change.find(made)->id), *lists->front());
        co_return ok();
    }

private:
    Result<> create(Change& change)
    {
        if (change.find(name_) != nullptr)
            return Error(Errc::Exists, "the mailbox exists");
        if (role_ != SpecialUse::None && change.find(role_) != nullptr)
            return Error(Errc::Exists, "another mailbox has this role");
        TRY_VOID(make_parents(change, name_));
        TRY(const auto* box, make_mailbox(change, name_, role_));
        created = *box;
        created.subscribed = change.is_subscribed(name_);
        return ok();
    }

    std::string name_;
    SpecialUse role_;
};

/// Deletes a mailbox that has no messages any more. `left`: it still has some.
class DeleteMailbox final : public Mutation {
public:
    /// `keeps`: it can be brought back with its messages.
    DeleteMailbox(MailboxId id, bool keeps) : id_(id), keeps_(keeps) {}
    bool left = false;

    Awaitable<Result<>> apply(Change& change) override
    {
        left = false;
        Range range{keys::messages(id_), "", 1};
        auto page = co_await change.scan(std::move(range));
        if (!page)
            co_return page.error();
        CO_TRY(auto* box, change.mailbox(id_));
        std::vector<Uid> uids;
        std::vector<EmailId> emails;
        std::vector<MessageRow> messages;
        for (const auto& row : page->rows) {
            CO_TRY_VOID(decode_page(keys::message_page_of(row.key)->page, row.value, messages));
            change.erase(row.key);
        }
        for (const auto& message : messages) {
            count_out(*box, message);
            change.cell().discharge(message.octets);
            uids.push_back(message.uid);
            if (keeps_)
                keep_deleted(change, *box, message);
            else
                emails.push_back(message.email);
        }
        auto dropped = co_await drop_emails(change, std::move(emails));
        if (!dropped)
            co_return dropped.error();
        bool more = page->more;
        CO_TRY(const bool has_metadata, co_await drop_rows(change, keys::metadata(id_)));
        CO_TRY(const bool has_marks, co_await drop_rows(change, keys::seen_marks(id_)));
        more = more || has_metadata || has_marks;
        finish(change, *box, std::move(uids), more);
        co_return ok();
    }

private:
    /// True where some are left.
    static Awaitable<Result<bool>> drop_rows(Change& change, std::string prefix)
    {
        Range range{std::move(prefix), "", kMessagesAtOnce};
        const auto page = co_await change.scan(std::move(range));
        if (!page)
            co_return page.error();
        for (const auto& row : page->rows)
            change.erase(row.key);
        co_return page->more;
    }

    void finish(Change& change, MailboxInfo& box, std::vector<Uid> uids, bool more)
    {
        box.highest_mod_seq = change.mod_seq();
        if (!uids.empty())
            change.log(ChangeEntry::Kind::Expunged, id_, std::move(uids));
        left = more;
        if (more)
            return;
        if (keeps_)
            keep_deleted_mailbox(change, box);
        change.log(ChangeEntry::Kind::MailboxChanged, id_);
        change.erase(keys::acl(id_));
        change.erase_mailbox(id_);
        change.erase(keys::url_key(id_));
    }

    MailboxId id_;
    bool keeps_;
};

/// Renames a mailbox and everything below it.
class RenameMailbox final : public Mutation {
public:
    RenameMailbox(std::string from, std::string to) : from_(std::move(from)), to_(std::move(to)) {}

    Awaitable<Result<>> apply(Change& change) override { co_return rename(change); }

private:
    Result<> rename(Change& change)
    {
        std::vector<MailboxInfo> moved;
        for (auto& box : change.mailboxes())
            if (box.name == from_ || is_below(box.name, from_))
                moved.push_back(std::move(box));
        const bool found = std::any_of(moved.begin(), moved.end(),
                                       [&](const auto& box) { return box.name == from_; });
        if (!found)
            return Error(Errc::NotFound, "no such mailbox");
        if (moved.size() > kMaxRenamed)
            return Error(Errc::OverQuota, "too many mailboxes below it to rename at once");
        if (change.find(to_) != nullptr)
            return Error(Errc::Exists, "the mailbox exists");
        for (const auto& box : moved)
            TRY_VOID(rename_one(change, box));
        return make_parents(change, to_);
    }

    Result<> rename_one(Change& change, const MailboxInfo& old)
    {
        auto name = to_ + old.name.substr(from_.size());
        TRY_VOID(check_mailbox_name(name));
        if (change.find(name) != nullptr)
            return Error(Errc::Exists, "a mailbox below the new name exists");
        TRY(auto* box, change.mailbox(old.id));
        box->name = std::move(name);
        change.log(ChangeEntry::Kind::MailboxChanged, old.id);
        return ok();
    }

    std::string from_;
    std::string to_;
};

/// Gives a mailbox the annotations and the list of another one. Used with INBOX, which stays.
class CopyAnnotations final : public Mutation {
public:
    CopyAnnotations(MailboxId from, MailboxId to) : from_(from), to_(to) {}

    Awaitable<Result<>> apply(Change& change) override
    {
        const auto prefix = keys::metadata(from_);
        Range range{prefix, "", kMessagesAtOnce};
        const auto page = co_await change.scan(std::move(range));
        if (!page)
            co_return page.error();
        for (const auto& row : page->rows)
            change.put(keys::metadata(to_) + row.key.substr(prefix.size()), row.value);
        co_return ok(); // the mailbox is new: nobody has older ones
    }

private:
    MailboxId from_;
    MailboxId to_;
};

class Subscribe final : public Mutation {
public:
    Subscribe(std::string name, bool on) : name_(std::move(name)), on_(on) {}

    Awaitable<Result<>> apply(Change& change) override
    {
        if (change.is_subscribed(name_) == on_)
            co_return ok();
        change.subscribe(name_, on_);
        if (const auto* box = change.find(name_); box != nullptr)
            change.log(ChangeEntry::Kind::MailboxChanged, box->id);
        co_return ok();
    }

private:
    std::string name_;
    bool on_;
};

class KeepRecent final : public Mutation {
public:
    KeepRecent(MailboxId id, Uid from) : id_(id), from_(from) {}

    Awaitable<Result<>> apply(Change& change) override
    {
        CO_TRY(auto* box, change.mailbox(id_));
        box->recent_from = std::max(box->recent_from, from_);
        change.cell();
        co_return ok();
    }

private:
    MailboxId id_;
    Uid from_;
};

} // namespace

Awaitable<Result<MailboxInfo>> MailAccount::create_mailbox(std::string name, SpecialUse role)
{
    // RFC 9051 §6.3.4: a delimiter at the end tells that names below it will follow.
    if (name.ends_with(kHierarchyDelimiter))
        name.pop_back();
    auto canonical = canonical_mailbox_name(name);
    CO_TRY_VOID(check_mailbox_name(canonical));
    if (role == SpecialUse::Inbox)
        co_return Error(Errc::Invalid, "only INBOX is the inbox");
    auto change = std::make_shared<CreateMailbox>(std::move(canonical), role);
    auto outcome = co_await mutate(change);
    if (!outcome)
        co_return outcome.error();
    co_return change->created;
}

Awaitable<Result<>> MailAccount::delete_mailbox(std::string name)
{
    const auto box = co_await find_mailbox(std::move(name));
    if (!box)
        co_return box.error();
    if (box->name == kInbox)
        co_return Error(Errc::Denied, "INBOX cannot be deleted"); // RFC 9051 §6.3.5
    const auto kept = co_await keep_deleted();
    if (!kept)
        co_return kept.error();
    for (bool left = true; left;) {
        auto change = std::make_shared<DeleteMailbox>(box->id, kept->count() > 0);
        auto outcome = co_await mutate(change);
        if (!outcome)
            co_return outcome.error();
        left = change->left;
    }
    co_return ok();
}

Awaitable<Result<>> MailAccount::rename_mailbox(std::string from, std::string to)
{
    from = canonical_mailbox_name(from);
    if (to.ends_with(kHierarchyDelimiter))
        to.pop_back();
    to = canonical_mailbox_name(to);
    CO_TRY_VOID(check_mailbox_name(to));
    if (from == to)
        co_return Error(Errc::Exists, "the mailbox exists");
    if (from == kInbox)
        co_return co_await rename_inbox(std::move(to));
    if (is_below(to, from))
        co_return Error(Errc::Invalid, "a mailbox cannot go below itself");
    co_return co_await mutate(std::make_shared<RenameMailbox>(std::move(from), std::move(to)));
}

/// RFC 9051 §6.3.6: the messages go to a new mailbox, INBOX stays, and what is below it too.
/// RFC 5464 §4.1: annotations are copied; of many readers' ones, as many as one commit takes.
Awaitable<Result<>> MailAccount::rename_inbox(std::string to)
{
    const auto inbox = co_await find_mailbox(std::string(kInbox));
    if (!inbox)
        co_return inbox.error();
    const auto target = co_await create_mailbox(std::move(to), SpecialUse::None);
    if (!target)
        co_return target.error();
    CO_TRY_VOID(co_await mutate(std::make_shared<CopyAnnotations>(inbox->id, target->id)));
    for (;;) {
        const UidRange all;
        auto rows = co_await messages(inbox->id, all, kMessagesAtOnce);
        if (!rows)
            co_return rows.error();
        if (rows->empty())
            co_return ok();
        std::vector<Uid> uids;
        for (const auto& row : *rows)
            uids.push_back(row.uid);
        auto moved = co_await move(inbox->id, std::move(uids), target->id);
        if (!moved)
            co_return moved.error();
    }
}

Awaitable<Result<>> MailAccount::subscribe(std::string name, bool on)
{
    auto canonical = canonical_mailbox_name(name);
    CO_TRY_VOID(check_mailbox_name(canonical));
    co_return co_await mutate(std::make_shared<Subscribe>(std::move(canonical), on));
}

Awaitable<Result<UidRange>> MailAccount::take_recent(MailboxId id, Recent how)
{
    const auto box = co_await mailbox(id);
    if (!box)
        co_return box.error();
    UidRange recent{box->recent_from, Uid{value_of(box->uid_next) - 1}};
    {
        const std::lock_guard lock(mutex_);
        const auto shown = shown_.find(id);
        if (shown != shown_.end())
            recent.first = std::max(recent.first, shown->second);
        if (how == Recent::Show && recent.first <= recent.last)
            shown_[id] = box->uid_next;
    }
    if (how == Recent::Keep && recent.first > box->recent_from)
        CO_TRY_VOID(co_await mutate(std::make_shared<KeepRecent>(id, recent.first)));
    co_return recent;
}

} // namespace mailctl::store
