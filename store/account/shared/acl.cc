// Access control lists of an account's mailboxes.
#include <algorithm>
#include <utility>

#include "store/account/account_keys.h"
#include "store/account/shared/acl_record.h"
#include "store/account/mail_account.h"

namespace mailctl::store {
namespace {

/// A change of one mailbox's list. `edit` says whether anything changed.
class EditAcl : public Mutation {
public:
    explicit EditAcl(MailboxId box) : box_(box) {}

    Awaitable<Result<>> apply(Change& change) override
    {
        if (change.find(box_) == nullptr)
            co_return Error(Errc::NotFound, "no such mailbox");
        const auto key = keys::acl(box_);
        std::vector<std::string> wanted{key};
        auto stored = co_await change.get(std::move(wanted));
        if (!stored)
            co_return stored.error();
        Acl acl;
        if (const auto& row = stored->front(); row) {
            CO_TRY(acl, decode_acl(*row));
        }
        CO_TRY(const bool changed, edit(acl));
        if (!changed)
            co_return ok();
        if (acl.is_empty())
            change.erase(key);
        else
            change.put(key, encode(acl));
        change.log(ChangeEntry::Kind::MailboxChanged, box_);
        co_return ok();
    }

private:
    virtual Result<bool> edit(Acl& acl) = 0;

    MailboxId box_;
};

MailboxRights changed(MailboxRights old, AclChange how, MailboxRights by)
{
    switch (how) {
    case AclChange::Add:
        return old | by;
    case AclChange::Remove:
        return old.without(by);
    case AclChange::Set:
    case AclChange::Drop:
        break;
    }
    return by;
}

class ChangeEntryOfAcl final : public EditAcl {
public:
    ChangeEntryOfAcl(MailboxId box, AclSubject who, AclChange how, MailboxRights rights)
        : EditAcl(box), who_(std::move(who)), how_(how), rights_(rights)
    {
    }

private:
    Result<bool> edit(Acl& acl) override
    {
        const auto at = std::find_if(acl.entries.begin(), acl.entries.end(),
                                     [this](const auto& entry) { return entry.who == who_; });
        const bool found = at != acl.entries.end();
        if (how_ == AclChange::Drop) {
            if (found)
                acl.entries.erase(at);
            return found;
        }
        if (found) {
            const auto rights = changed(at->rights, how_, rights_);
            return std::exchange(at->rights, rights) != rights;
        }
        if (how_ == AclChange::Remove) // nothing to take away
            return false;
        if (acl.entries.size() >= kMaxAclEntries)
            return Error(Errc::OverQuota, "too many access control entries");
        acl.entries.push_back({who_, rights_});
        return true;
    }

    AclSubject who_;
    AclChange how_;
    MailboxRights rights_;
};

class SetOwnSeen final : public EditAcl {
public:
    SetOwnSeen(MailboxId box, bool on) : EditAcl(box), on_(on) {}

private:
    Result<bool> edit(Acl& acl) override { return std::exchange(acl.own_seen, on_) != on_; }

    bool on_;
};

} // namespace

Awaitable<Result<Acl>> MailAccount::acl(MailboxId box)
{
    const auto found = co_await mailbox(box);
    if (!found)
        co_return found.error();
    Query query;
    query.keys.push_back(keys::acl(box));
    const auto answer = co_await engine().read(partition_, std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return Acl();
    co_return decode_acl(*answer->values[0]);
}

Awaitable<Result<std::map<MailboxId, Acl>>> MailAccount::acls_by_mailbox()
{
    std::map<MailboxId, Acl> acls;
    std::string after;
    for (;;) {
        Query query;
        query.ranges.push_back({keys::acls(), after, 500});
        const auto answer = co_await engine().read(partition_, std::move(query));
        if (!answer)
            co_return answer.error();
        const auto& page = answer->pages[0];
        for (const auto& row : page.rows) {
            const auto box = keys::acl_of(row.key);
            if (!box)
                continue;
            CO_TRY(acls[*box], decode_acl(row.value));
        }
        if (!page.more)
            co_return acls;
        after = page.rows.back().key;
    }
}

Awaitable<Result<>> MailAccount::change_acl(MailboxId box, AclSubject who, AclChange how,
                                            MailboxRights rights)
{
    co_return co_await mutate(
        std::make_shared<ChangeEntryOfAcl>(box, std::move(who), how, rights));
}

Awaitable<Result<>> MailAccount::set_own_seen(MailboxId box, bool on)
{
    co_return co_await mutate(std::make_shared<SetOwnSeen>(box, on));
}

} // namespace mailctl::store
