// Listing, marking and removing the messages of the inbox.
#include "core/pop3/server/maildrop.h"

#include <algorithm>
#include <utility>

#include "store/throw_away.h"

namespace mailctl::pop3 {
namespace {

constexpr std::uint32_t kRowsAtOnce = 2000;
constexpr std::uint32_t kLastUid = 0xFFFFFFFF;

} // namespace

Awaitable<Result<Maildrop>> Maildrop::open(std::shared_ptr<store::Account> account,
                                           conf::Pop3Order order)
{
    Maildrop drop;
    auto inbox = co_await account->find_mailbox("INBOX");
    if (!inbox)
        co_return inbox.error();
    drop.inbox_ = inbox->id;
    drop.uid_validity_ = inbox->uid_validity;
    drop.messages_.reserve(inbox->messages);
    store::UidRange range;
    for (;;) {
        auto rows = co_await account->messages(drop.inbox_, range, kRowsAtOnce);
        if (!rows)
            co_return rows.error();
        for (const store::MessageRow& row : *rows) {
            drop.messages_.push_back({row.email, row.octets, row.uid, row.saved,
                                      row.flags.has(store::SystemFlag::Seen)});
            drop.octets_ += row.octets;
        }
        if (rows->size() < kRowsAtOnce || value_of(rows->back().uid) == kLastUid)
            break;
        range.first = Uid{value_of(rows->back().uid) + 1};
    }
    if (order == conf::Pop3Order::Newest)
        std::reverse(drop.messages_.begin(), drop.messages_.end());
    drop.count_ = static_cast<std::uint32_t>(drop.messages_.size());
    for (std::uint32_t number = 1; number <= drop.count_; ++number)
        if (drop.messages_[number - 1].is_fetched)
            drop.last_ = drop.last_at_login_ = number;
    drop.account_ = std::move(account);
    co_return drop;
}

const Maildrop::Message* Maildrop::find(std::uint32_t number) const
{
    if (number == 0 || number > messages_.size() || messages_[number - 1].is_deleted)
        return nullptr;
    return &messages_[number - 1];
}

std::uint64_t Maildrop::deleted_octets() const
{
    std::uint64_t octets = 0;
    for (const Message& message : messages_)
        octets += message.is_deleted ? message.octets : 0;
    return octets;
}

void Maildrop::mark_deleted(std::uint32_t number)
{
    Message& message = messages_.at(number - 1);
    message.is_deleted = true;
    --count_;
    octets_ -= message.octets;
}

void Maildrop::mark_retrieved(std::uint32_t number)
{
    Message& message = messages_.at(number - 1);
    message.is_fetched = message.is_retrieved = true;
    last_ = std::max(last_, number);
}

void Maildrop::delete_retrieved()
{
    for (std::uint32_t number = 1; number <= messages_.size(); ++number)
        if (messages_[number - 1].is_retrieved && !messages_[number - 1].is_deleted)
            mark_deleted(number);
}

void Maildrop::delete_fetched_before(Time time)
{
    for (std::uint32_t number = 1; number <= messages_.size(); ++number) {
        const Message& message = messages_[number - 1];
        if (message.is_fetched && message.saved < time && !message.is_deleted)
            mark_deleted(number);
    }
}

void Maildrop::unmark_all()
{
    last_ = last_at_login_;
    for (Message& message : messages_) {
        if (!message.is_deleted)
            continue;
        message.is_deleted = false;
        ++count_;
        octets_ += message.octets;
    }
}

std::string Maildrop::unique_id(const Message& message) const
{
    return std::to_string(uid_validity_) + '.' + std::to_string(value_of(message.uid));
}

Awaitable<Result<>> Maildrop::update(Removal removal)
{
    std::vector<Uid> marked;
    for (const Message& message : messages_)
        if (message.is_deleted)
            marked.push_back(message.uid);
    if (marked.empty())
        co_return ok();
    if (removal == Removal::ThrowAway)
        co_return co_await store::throw_away(*account_, inbox_, std::move(marked));
    auto gone = co_await account_->expunge(inbox_, std::move(marked), false);
    if (!gone)
        co_return gone.error();
    co_return ok();
}

Awaitable<Result<>> Maildrop::mark_seen(std::vector<Uid> seen)
{
    if (seen.empty())
        co_return ok();
    store::FlagsUpdate update;
    update.uids = std::move(seen);
    update.change = store::FlagChange::Add;
    update.flags.set(store::SystemFlag::Seen);
    auto done = co_await account_->update_flags(inbox_, std::move(update));
    if (!done)
        co_return done.error();
    co_return ok();
}

} // namespace mailctl::pop3
