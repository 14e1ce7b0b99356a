// Annotations of an account's mailboxes.
#include <algorithm>
#include <utility>

#include "store/account/account_keys.h"
#include "store/account/mail_account.h"

namespace mailctl::store {
namespace {

constexpr std::string_view kPrivate = "/private/";
constexpr AccountId kNobody{}; // shared entries

AccountId owner_of(std::string_view name, AccountId reader)
{
    return name.starts_with(kPrivate) ? reader : kNobody;
}

Result<> check_entry(const MetadataEntry& entry)
{
    if (entry.name.empty() || entry.name.size() > kMaxMetadataNameOctets)
        return Error(Errc::Invalid, "the annotation's name is too long");
    if (entry.value && entry.value->size() > kMaxMetadataOctets)
        return Error(Errc::Invalid, "the annotation is too large");
    return ok();
}

class SetEntries final : public Mutation {
public:
    SetEntries(MailboxId box, AccountId reader, std::vector<MetadataEntry> entries,
               std::optional<SpecialUse> role)
        : box_(box), reader_(reader), entries_(std::move(entries)), role_(role)
    {
    }

    Awaitable<Result<>> apply(Change& change) override
    {
        if (box_ != MailboxId{}) {
            CO_TRY(auto* box, change.mailbox(box_));
            box->highest_mod_seq = change.mod_seq(); // RFC 7162 §3.2
        }
        for (const auto& entry : entries_) {
            auto key = keys::metadata(box_, owner_of(entry.name, reader_), entry.name);
            if (entry.value)
                change.put(std::move(key), encode_text(*entry.value));
            else
                change.erase(std::move(key));
        }
        CO_TRY_VOID(co_await check_count(change, kNobody));
        CO_TRY_VOID(co_await check_count(change, reader_));
        std::vector<std::string> names;
        for (const auto& entry : entries_)
            names.push_back(entry.name);
        if (role_) {
            CO_TRY_VOID(give_role(change));
            names.emplace_back(kSpecialUseEntry);
        }
        change.log_metadata(box_, reader_, std::move(names));
        co_return ok();
    }

private:
    Result<> give_role(Change& change)
    {
        TRY(auto* box, change.mailbox(box_));
        if (box->role == SpecialUse::Inbox)
            return Error(Errc::Denied, "INBOX keeps its role");
        const auto* other = *role_ == SpecialUse::None ? nullptr : change.find(*role_);
        if (other != nullptr && other->id != box_)
            return Error(Errc::Exists, "another mailbox has this role");
        box->role = *role_;
        change.log(ChangeEntry::Kind::MailboxChanged, box_);
        return ok();
    }

    Awaitable<Result<>> check_count(Change& change, AccountId owner)
    {
        Range range{keys::metadata(box_, owner), "", kMaxMetadataEntries + 1};
        const auto page = co_await change.scan(std::move(range));
        if (!page)
            co_return page.error();
        if (page->rows.size() > kMaxMetadataEntries && adds_for(owner))
            co_return Error(Errc::OverQuota, "too many annotations");
        co_return ok();
    }

    bool adds_for(AccountId owner) const
    {
        return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
            return entry.value && owner_of(entry.name, reader_) == owner;
        });
    }

    MailboxId box_;
    AccountId reader_;
    std::vector<MetadataEntry> entries_;
    std::optional<SpecialUse> role_;
};

Result<> take_entries(const Page& page, std::vector<MetadataEntry>& entries)
{
    for (const auto& row : page.rows) {
        const auto name = keys::metadata_name_of(row.key);
        if (!name)
            return Error(Errc::Corrupt, "an annotation's key does not decode");
        MetadataEntry entry;
        entry.name = *name;
        TRY(entry.value, decode_text(row.value));
        entries.push_back(std::move(entry));
    }
    return ok();
}

} // namespace

Awaitable<Result<std::vector<MetadataEntry>>> MailAccount::entries(MailboxId box, AccountId reader)
{
    if (box != MailboxId{}) {
        const auto found = co_await mailbox(box);
        if (!found)
            co_return found.error();
    }
    Query query;
    for (const auto owner : {reader, kNobody}) // "/private" before "/shared"
        query.ranges.push_back({keys::metadata(box, owner), "", kMaxMetadataEntries});
    const auto answer = co_await engine().read(partition_, std::move(query));
    if (!answer)
        co_return answer.error();
    std::vector<MetadataEntry> entries;
    for (const auto& page : answer->pages)
        CO_TRY_VOID(take_entries(page, entries));
    co_return entries;
}

Awaitable<Result<>> MailAccount::set_entries(MailboxId box, AccountId reader,
                                             std::vector<MetadataEntry> entries,
                                             std::optional<SpecialUse> role)
{
    for (const auto& entry : entries)
        CO_TRY_VOID(check_entry(entry));
    if (entries.empty() && !role)
        co_return ok();
    auto set = std::make_shared<SetEntries>(box, reader, std::move(entries), role);
    co_return co_await mutate(std::move(set));
}

} // namespace mailctl::store
