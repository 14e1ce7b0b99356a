// Changes flags, and gives keywords their bits.
#include <algorithm>
#include <functional>

#include "core/base/ascii.h"
#include "store/account/account_keys.h"
#include "store/account/mail_account.h"
#include "store/account/message.h"

namespace mailctl::store {

namespace {

constexpr std::size_t kMaxKeywordOctets = 200;

Flags changed(Flags flags, FlagChange change, const Flags& by)
{
    switch (change) {
        case FlagChange::Replace:
            return by;
        case FlagChange::Add:
            flags.system |= by.system;
            for (std::size_t i = 0; i < flags.keywords.size(); ++i)
                flags.keywords[i] |= by.keywords[i];
            return flags;
        case FlagChange::Remove:
            flags.system &= static_cast<std::uint8_t>(~by.system);
            for (std::size_t i = 0; i < flags.keywords.size(); ++i)
                flags.keywords[i] &= ~by.keywords[i];
            return flags;
    }
    return flags;
}

/// The mailbox's sums of messages that are unseen, and of those to be deleted.
void count_flags(MailboxInfo& box, const Flags& before, const Flags& after)
{
    const auto was_unseen = !before.has(SystemFlag::Seen), is_unseen = !after.has(SystemFlag::Seen);
    const auto was_deleted = before.has(SystemFlag::Deleted), is_deleted = after.has(SystemFlag::Deleted);
    if (is_unseen != was_unseen)
        box.unseen = is_unseen ? box.unseen + 1 : box.unseen - std::min<std::uint32_t>(box.unseen, 1);
    if (is_deleted != was_deleted)
        box.deleted = is_deleted ? box.deleted + 1 : box.deleted - std::min<std::uint32_t>(box.deleted, 1);
}

class UpdateFlags final : public Mutation {
public:
    UpdateFlags(MailboxId box, FlagsUpdate update) : box_(box), update_(std::move(update)) {}
    FlagsUpdated updated;

    Awaitable<Result<>> apply(Change& change) override
    {
        updated = {};
        mailbox_ = nullptr;
        if (change.find(box_) == nullptr)
            co_return Error(Errc::NotFound, "no such mailbox");
        std::vector<Uid> uids;
        uids.reserve(update_.uids.size());
        updated.rows.reserve(update_.uids.size());
        const std::function<bool(MessageRow&)> edit = [&](MessageRow& row) {
            const bool differs = update_one(change, row);
            if (differs)
                uids.push_back(row.uid);
            return differs;
        };
        CO_TRY_VOID(co_await change.edit_messages(box_, update_.uids, edit));
        if (!uids.empty())
            change.log(ChangeEntry::Kind::FlagsChanged, box_, std::move(uids));
        co_return ok();
    }

private:
    /// True where the row changed.
    bool update_one(Change& change, MessageRow& row)
    {
        // RFC 7162 §3.1.3: a message that changed since is left alone and told.
        if (update_.unchanged_since && row.mod_seq > *update_.unchanged_since) {
            updated.modified.push_back(row.uid);
            return false;
        }
        const auto flags = changed(row.flags, update_.change, update_.flags);
        const bool differs = flags != row.flags;
        if (differs) {
            if (mailbox_ == nullptr)
                mailbox_ = *change.mailbox(box_);
            count_flags(*mailbox_, row.flags, flags);
            row.flags = flags;
            row.mod_seq = change.mod_seq();
            mailbox_->highest_mod_seq = row.mod_seq;
        }
        updated.rows.push_back(row);
        return differs;
    }

    MailboxId box_;
    FlagsUpdate update_;
    MailboxInfo* mailbox_ = nullptr; ///< of the change that is being made
};

class InternKeywords final : public Mutation {
public:
    explicit InternKeywords(std::vector<std::string> names) : names_(std::move(names)) {}
    std::vector<unsigned> indexes;

    Awaitable<Result<>> apply(Change& change) override { co_return intern(change); }

    /// The index of a name among those there are.
    static std::optional<unsigned> find(const std::vector<std::string>& all, std::string_view name)
    {
        for (std::size_t i = 0; i < all.size(); ++i)
            if (ascii::equals_ignoring_case(all[i], name))
                return static_cast<unsigned>(i);
        return std::nullopt;
    }

private:
    Result<> intern(Change& change)
    {
        indexes.clear();
        auto all = change.keywords();
        for (const auto& name : names_) {
            auto index = find(all, name);
            if (!index && all.size() >= kMaxKeywords)
                return Error(Errc::OverQuota, "too many keywords");
            if (!index) {
                change.add_keyword(name);
                index = static_cast<unsigned>(all.size());
                all.push_back(name);
            }
            indexes.push_back(*index);
        }
        return ok();
    }

    std::vector<std::string> names_;
};

} // namespace

Awaitable<Result<FlagsUpdated>> MailAccount::update_flags(MailboxId box, FlagsUpdate update)
{
    const auto found = co_await mailbox(box);
    if (!found)
        co_return found.error();
    auto uids = std::move(update.uids);
    if (!std::is_sorted(uids.begin(), uids.end()))
        std::sort(uids.begin(), uids.end());
    FlagsUpdated all;
    for (std::size_t at = 0; at < uids.size(); at += update.uids.size()) {
        update.uids = flagged_at_once(uids, at);
        auto change = std::make_shared<UpdateFlags>(box, update);
        auto outcome = co_await mutate(change);
        if (!outcome)
            co_return outcome.error();
        auto& part = change->updated;
        if (all.rows.empty())
            all.rows = std::move(part.rows);
        else
            all.rows.insert(all.rows.end(), part.rows.begin(), part.rows.end());
        all.modified.insert(all.modified.end(), part.modified.begin(), part.modified.end());
    }
    co_return all;
}

Awaitable<Result<std::vector<unsigned>>> MailAccount::intern_keywords(
    std::vector<std::string> names)
{
    for (const auto& name : names)
        if (name.empty() || name.size() > kMaxKeywordOctets)
            co_return Error(Errc::Invalid, "a keyword is empty or too long");
    const auto known = co_await keywords();
    std::vector<unsigned> indexes;
    for (const auto& name : names)
        if (const auto index = InternKeywords::find(*known, name))
            indexes.push_back(*index);
    if (indexes.size() == names.size())
        co_return indexes;
    auto change = std::make_shared<InternKeywords>(std::move(names));
    auto outcome = co_await mutate(change);
    if (!outcome)
        co_return outcome.error();
    co_return change->indexes;
}

} // namespace mailctl::store
