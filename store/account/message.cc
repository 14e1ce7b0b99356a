// Counting messages in and out, and the emails behind them.
#include "store/account/message.h"

#include <algorithm>
#include <map>
#include <utility>

#include "store/account/account_keys.h"

namespace mailctl::store {

void count_in(MailboxInfo& box, const MessageRow& row)
{
    box.uid_next = std::max(box.uid_next, Uid{value_of(row.uid) + 1});
    box.highest_mod_seq = std::max(box.highest_mod_seq, row.mod_seq);
    box.messages += 1;
    box.unseen += row.flags.has(SystemFlag::Seen) ? 0 : 1;
    box.deleted += row.flags.has(SystemFlag::Deleted) ? 1 : 0;
    box.octets += row.octets;
}

void count_out(MailboxInfo& box, const MessageRow& row)
{
    box.messages -= std::min<std::uint32_t>(box.messages, 1);
    box.unseen -= std::min<std::uint32_t>(box.unseen, row.flags.has(SystemFlag::Seen) ? 0 : 1);
    box.deleted -= std::min<std::uint32_t>(box.deleted, row.flags.has(SystemFlag::Deleted) ? 1 : 0);
    box.octets -= std::min(box.octets, row.octets);
}

std::vector<Uid> flagged_at_once(const std::vector<Uid>& uids, std::size_t at)
{
    std::vector<Uid> some;
    some.reserve(std::min(uids.size() - at, kFlaggedAtOnce));
    std::size_t pages = 0;
    for (; at < uids.size() && some.size() < kFlaggedAtOnce; ++at) {
        const bool is_new_page = some.empty() || page_of(uids[at]) != page_of(some.back());
        pages += is_new_page ? 1 : 0;
        if (pages > kFlaggedPagesAtOnce)
            break;
        some.push_back(uids[at]);
    }
    return some;
}

Awaitable<Result<std::vector<MessageRow>>> find_messages(Change& change, MailboxId box,
                                                         std::vector<Uid> uids)
{
    if (!std::is_sorted(uids.begin(), uids.end()))
        std::sort(uids.begin(), uids.end());
    uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
    co_return co_await change.messages(box, uids);
}

namespace {

/// An email with its use count, and how many messages of this change name it.
struct Named {
    EmailId id{};
    std::uint64_t times = 0;
    EmailRecord email;
    BodyUse use;
};

/// Emails whose head row is missing are left out: check() tells them, and they must not keep
/// anybody from removing the messages that name them.
Awaitable<Result<std::vector<Named>>> find_named(Change& change, std::vector<EmailId> ids)
{
    std::map<EmailId, std::uint64_t> times;
    for (const auto id : ids)
        ++times[id];
    std::vector<std::string> email_keys;
    for (const auto& [id, count] : times)
        email_keys.push_back(keys::email(id));
    auto emails = co_await change.get(std::move(email_keys));
    if (!emails)
        co_return emails.error();

    std::vector<Named> named;
    std::vector<std::string> use_keys;
    auto stored = emails->begin();
    for (const auto& [id, count] : times) {
        const auto& value = *stored++;
        if (!value)
            continue;
        CO_TRY(auto email, decode_email(*value));
        use_keys.push_back(keys::body_use(email.body.blob));
        named.push_back({id, count, std::move(email), {}});
    }
    auto uses = co_await change.get(std::move(use_keys));
    if (!uses)
        co_return uses.error();
    for (std::size_t i = 0; i < named.size(); ++i) {
        named[i].use = BodyUse{named[i].id, 1};
        if (const auto& value = (*uses)[i]) {
            CO_TRY(named[i].use, decode_body_use(*value));
        }
    }
    co_return named;
}

void erase_email(Change& change, const Named& named)
{
    change.erase(keys::email(named.id));
    for (std::size_t piece = 1; piece <= named.email.card_pieces(); ++piece)
        change.erase(keys::email_piece(named.id, static_cast<std::uint8_t>(piece)));
    change.erase(keys::body_use(named.email.body.blob));
    for (const auto hash : named.email.message_ids)
        change.erase(keys::message_id(hash));
    if (named.email.is_inline)
        change.erase(keys::inline_body(named.email.body.blob));
    else
        change.release(named.email.body);
}

} // namespace

Awaitable<Result<>> drop_emails(Change& change, std::vector<EmailId> ids)
{
    auto found = co_await find_named(change, std::move(ids));
    if (!found)
        co_return found.error();
    for (auto& named : *found) {
        if (named.use.uses <= named.times) {
            erase_email(change, named);
            continue;
        }
        named.use.uses -= named.times;
        change.put(keys::body_use(named.email.body.blob), encode(named.use));
    }
    co_return ok();
}

Awaitable<Result<>> use_emails(Change& change, std::vector<EmailId> ids)
{
    auto found = co_await find_named(change, std::move(ids));
    if (!found)
        co_return found.error();
    for (auto& named : *found) {
        named.use.uses += named.times;
        change.put(keys::body_use(named.email.body.blob), encode(named.use));
    }
    co_return ok();
}

} // namespace mailctl::store
