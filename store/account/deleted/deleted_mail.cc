// Lists, brings back and ends what was deleted.
#include "store/account/deleted/deleted_mail.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "store/account/account_keys.h"
#include "store/account/deleted/deleted_rows.h"
#include "store/account/mail_account.h"
#include "store/account/mailbox_name.h"
#include "store/account/make_mailbox.h"
#include "store/account/message.h"

namespace mailctl::store {

namespace {

constexpr std::uint32_t kRowsAPage = 1000;

std::string key_of(const DeletedId& id)
{
    const auto time = static_cast<std::uint64_t>(id.deleted.time_since_epoch().count());
    return keys::deleted(time, id.mailbox, id.uid);
}

std::optional<DeletedId> id_of(std::string_view key)
{
    const auto parts = keys::deleted_of(key);
    if (!parts)
        return std::nullopt;
    const Time time(milliseconds(static_cast<std::int64_t>(parts->milliseconds)));
    return DeletedId{time, parts->mailbox, parts->uid};
}

bool is_mailbox(const DeletedId& id)
{
    return id.uid == Uid{0};
}

/// The messages of those ids that are still there, each with its row gone from the change.
Awaitable<Result<std::vector<DeletedMessage>>> take_messages(Change& change,
                                                             const std::vector<DeletedId>& ids)
{
    std::vector<std::string> keys;
    for (const auto& id : ids)
        keys.push_back(key_of(id));
    auto values = co_await change.get(keys);
    if (!values)
        co_return values.error();
    std::vector<DeletedMessage> taken;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto& value = (*values)[i];
        if (!value || is_mailbox(ids[i]))
            continue;
        CO_TRY(auto message, decode_deleted_message(ids[i], *value));
        change.erase(keys[i]);
        change.cell().discharge_deleted(message.row.octets);
        taken.push_back(std::move(message));
    }
    co_return taken;
}

/// Puts messages back into mailboxes.
class Restore final : public Mutation {
public:
    Restore(std::vector<DeletedId> ids, std::string into) : ids_(std::move(ids)), into_(std::move(into))
    {}
    Restored restored;

    Awaitable<Result<>> apply(Change& change) override
    {
        restored = {};
        const auto messages = co_await take_messages(change, ids_);
        if (!messages)
            co_return messages.error();
        CO_TRY_VOID(check_room(change, *messages));
        std::map<MailboxId, std::vector<Uid>> appeared;
        for (const auto& message : *messages) {
            CO_TRY(auto* box, target(change, message));
            if (value_of(box->uid_next) == 0xFFFFFFFF)
                co_return Error(Errc::OverQuota, "the mailbox has no UID left");
            appeared[box->id].push_back(put_back(change, *box, message.row));
        }
        for (auto& [box, uids] : appeared)
            change.log(ChangeEntry::Kind::Appeared, box, std::move(uids));
        restored.messages = messages->size();
        co_return ok();
    }

private:
    /// Mail that counted while it was deleted counts no more than before.
    static Result<> check_room(const Change& change, const std::vector<DeletedMessage>& messages)
    {
        std::uint64_t octets = 0;
        for (const auto& message : messages)
            octets += message.row.octets;
        if (!messages.empty() && !change.cell().has_room_for(octets, messages.size()))
            return Error(Errc::OverQuota, "the account is full");
        return ok();
    }

    Result<MailboxInfo*> target(Change& change, const DeletedMessage& message)
    {
        const auto& name = into_.empty() ? message.mailbox : into_;
        if (const auto* known = change.find(name))
            return change.mailbox(known->id);
        TRY_VOID(make_parents(change, name));
        TRY(auto* made, make_mailbox(change, name, SpecialUse::None));
        restored.mailboxes.push_back(name);
        return made;
    }

    static Uid put_back(Change& change, MailboxInfo& box, MessageRow row)
    {
        row.uid = box.uid_next;
        row.mod_seq = change.mod_seq();
        row.saved = change.now();
        row.flags.clear(SystemFlag::Deleted); // or the client's next EXPUNGE takes it again
        count_in(box, row);
        change.cell().charge(row.octets);
        change.put_message(box.id, row);
        return row.uid;
    }

    std::vector<DeletedId> ids_;
    std::string into_;
};

/// Ends messages for ever: their emails have one use less.
class EndMessages final : public Mutation {
public:
    explicit EndMessages(std::vector<DeletedId> ids) : ids_(std::move(ids)) {}
    std::uint64_t ended = 0;

    Awaitable<Result<>> apply(Change& change) override
    {
        const auto messages = co_await take_messages(change, ids_);
        if (!messages)
            co_return messages.error();
        std::vector<EmailId> emails;
        for (const auto& message : *messages)
            emails.push_back(message.row.email);
        auto dropped = co_await drop_emails(change, std::move(emails));
        if (!dropped)
            co_return dropped.error();
        ended = messages->size();
        co_return ok();
    }

private:
    std::vector<DeletedId> ids_;
};

/// Takes away the rows of deleted mailboxes; `mailbox`: and makes that one anew.
class EndMailboxes final : public Mutation {
public:
    explicit EndMailboxes(std::vector<DeletedId> ids) : ids_(std::move(ids)) {}
    EndMailboxes(std::vector<DeletedId> ids, std::optional<DeletedMailbox> again)
        : ids_(std::move(ids)), again_(std::move(again))
    {}

    Awaitable<Result<>> apply(Change& change) override
    {
        std::vector<std::string> keys;
        for (const auto& id : ids_)
            keys.push_back(key_of(id));
        const auto values = co_await change.get(keys);
        if (!values)
            co_return values.error();
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (!(*values)[i])
                continue;
            change.erase(keys[i]);
            auto& count = change.cell().deleted_mailboxes;
            count -= std::min<std::uint64_t>(count, 1);
        }
        co_return again_ ? make(change) : ok();
    }

private:
    Result<> make(Change& change) const
    {
        if (change.find(again_->name) != nullptr)
            return ok();
        const bool role_taken =
            again_->role != SpecialUse::None && change.find(again_->role) != nullptr;
        TRY_VOID(make_parents(change, again_->name));
        TRY_VOID(make_mailbox(change, again_->name, role_taken ? SpecialUse::None : again_->role));
        if (again_->subscribed && !change.is_subscribed(again_->name))
            change.subscribe(again_->name, true);
        return ok();
    }

    std::vector<DeletedId> ids_;
    std::optional<DeletedMailbox> again_;
};

Awaitable<Result<Page>> read_page(MailAccount& account, std::string after, std::uint32_t limit)
{
    Query query;
    query.ranges.push_back({keys::all_deleted(), std::move(after), limit});
    auto answer = co_await account.engine().read(account.partition(), std::move(query));
    if (!answer)
        co_return answer.error();
    co_return std::move(answer->pages[0]);
}

std::vector<DeletedId> some_of(const std::vector<DeletedId>& ids, std::size_t at)
{
    const auto end = std::min<std::size_t>(ids.size(), at + kMessagesAtOnce);
    return {ids.begin() + static_cast<std::ptrdiff_t>(at),
            ids.begin() + static_cast<std::ptrdiff_t>(end)};
}

} // namespace

Awaitable<Result<std::vector<DeletedMessage>>> AccountDeletedMail::messages(DeletedId after,
                                                                            std::uint32_t limit)
{
    std::vector<DeletedMessage> found;
    std::string after_key = after == DeletedId{} ? "" : key_of(after);
    while (found.size() < limit) {
        const auto page = co_await read_page(account_, after_key, kRowsAPage);
        if (!page)
            co_return page.error();
        for (const auto& row : page->rows) {
            const auto id = id_of(row.key);
            if (!id)
                co_return Error(Errc::Corrupt, "the key of a deleted message does not decode");
            if (is_mailbox(*id) || found.size() >= limit)
                continue;
            CO_TRY(auto message, decode_deleted_message(*id, row.value));
            found.push_back(std::move(message));
        }
        if (!page->more)
            break;
        after_key = page->rows.back().key;
    }
    co_return found;
}

Awaitable<Result<std::vector<DeletedMailbox>>> AccountDeletedMail::mailboxes()
{
    std::vector<DeletedMailbox> found;
    std::string after;
    for (;;) {
        const auto page = co_await read_page(account_, after, kRowsAPage);
        if (!page)
            co_return page.error();
        for (const auto& row : page->rows) {
            const auto id = id_of(row.key);
            if (!id || !is_mailbox(*id))
                continue;
            CO_TRY(auto box, decode_deleted_mailbox(*id, row.value));
            found.push_back(std::move(box));
        }
        if (!page->more)
            co_return found;
        after = page->rows.back().key;
    }
}

Awaitable<Result<Restored>> AccountDeletedMail::restore(std::vector<DeletedId> messages,
                                                        std::string into)
{
    if (!into.empty()) {
        into = canonical_mailbox_name(into);
        CO_TRY_VOID(check_mailbox_name(into));
    }
    Restored all;
    for (std::size_t at = 0; at < messages.size(); at += kMessagesAtOnce) {
        auto change = std::make_shared<Restore>(some_of(messages, at), into);
        const auto outcome = co_await account_.mutate(change);
        if (!outcome)
            co_return outcome.error();
        all.messages += change->restored.messages;
        for (auto& name : change->restored.mailboxes)
            all.mailboxes.push_back(std::move(name));
    }
    co_return all;
}

Awaitable<Result<>> AccountDeletedMail::restore_mailbox(DeletedMailbox mailbox)
{
    const std::vector<DeletedId> ids{DeletedId{mailbox.deleted, mailbox.id, Uid{0}}};
    co_return co_await account_.mutate(std::make_shared<EndMailboxes>(ids, std::move(mailbox)));
}

Awaitable<Result<std::uint64_t>> AccountDeletedMail::purge(std::vector<DeletedId> messages)
{
    std::uint64_t ended = 0;
    for (std::size_t at = 0; at < messages.size(); at += kMessagesAtOnce) {
        auto change = std::make_shared<EndMessages>(some_of(messages, at));
        const auto outcome = co_await account_.mutate(change);
        if (!outcome)
            co_return outcome.error();
        ended += change->ended;
    }
    co_return ended;
}

Awaitable<Result<std::uint64_t>> AccountDeletedMail::purge(Time before)
{
    std::uint64_t ended = 0;
    std::string after;
    for (bool more = true; more;) {
        const auto page = co_await read_page(account_, after, kRowsAPage);
        if (!page)
            co_return page.error();
        more = page->more;
        std::vector<DeletedId> messages, boxes;
        for (const auto& row : page->rows) {
            const auto id = id_of(row.key);
            after = row.key;
            more = more && (!id || id->deleted < before);
            if (id && id->deleted < before)
                (is_mailbox(*id) ? boxes : messages).push_back(*id);
        }
        const auto some = co_await purge(std::move(messages));
        if (!some)
            co_return some.error();
        ended += *some;
        if (boxes.empty())
            continue;
        auto change = std::make_shared<EndMailboxes>(std::move(boxes));
        const auto outcome = co_await account_.mutate(change);
        if (!outcome)
            co_return outcome.error();
    }
    co_return ended;
}

Awaitable<Result<Usage>> AccountDeletedMail::usage()
{
    co_return account_.deleted_usage();
}

bool AccountDeletedMail::counts_in_quota() const
{
    return account_.counts_deleted();
}

Awaitable<Result<Usage>> usage_of_quota(Account& account)
{
    auto usage = co_await account.usage();
    if (!usage || !account.deleted().counts_in_quota())
        co_return usage;
    const auto deleted = co_await account.deleted().usage();
    if (!deleted)
        co_return deleted.error();
    usage->octets += deleted->octets;
    usage->messages += deleted->messages;
    co_return usage;
}

} // namespace mailctl::store
