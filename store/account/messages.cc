// Reads messages: rows of a mailbox, emails and bodies.
#include <algorithm>
#include <limits>

#include "store/account/account_keys.h"
#include "store/account/mail_account.h"
#include "store/body/shared_body.h"

namespace mailctl::store {

namespace {

constexpr std::uint32_t kMessagesAPage = 2000;

/// Takes the rows up to `last`; false where the page went past it.
Result<bool> take_messages(const Page& page, Uid last, std::vector<MessageRow>& rows)
{
    rows.reserve(rows.size() + page.rows.size());
    for (const auto& row : page.rows) {
        const auto key = keys::message_of(row.key);
        if (!key)
            return Error(Errc::Corrupt, "a message key does not decode");
        if (key->uid > last)
            return false;
        TRY(auto message, decode_message(key->uid, row.value));
        rows.push_back(std::move(message));
    }
    return true;
}

} // namespace

/// Who reads much of a mailbox reads it again soon: then all of it is kept.
Awaitable<Result<std::vector<MessageRow>>> MailAccount::messages(MailboxId box, UidRange range,
                                                                 std::uint32_t limit)
{
    const auto info = co_await mailbox(box);
    if (!info)
        co_return info.error();
    range.first = std::max(range.first, Uid{1});
    range.last = std::min(range.last, Uid{value_of(info->uid_next) - 1});
    if (range.first > range.last)
        co_return std::vector<MessageRow>();
    if (auto kept = rows_->find(box, range, limit))
        co_return *std::move(kept);
    const bool is_most = (value_of(range.last) - value_of(range.first)) / 2 >= info->messages / 4;
    if (!is_most || !rows_->may_keep(info->messages))
        co_return co_await read_messages(box, range, limit);
    const auto begun = rows_->begin_read();
    // Up to the last one that is stored, not the last of `info`: a commit is in the engine, and
    // counted by begin_read(), before the state says so.
    const UidRange whole;
    CO_TRY(auto rows, co_await read_messages(box, whole, std::numeric_limits<std::uint32_t>::max()));
    std::vector<MessageRow> wanted;
    for (const auto& row : rows)
        if (row.uid >= range.first && row.uid <= range.last && wanted.size() < limit)
            wanted.push_back(row);
    rows_->keep(begun, box, std::move(rows));
    co_return wanted;
}

Awaitable<Result<std::vector<MessageRow>>> MailAccount::read_messages(MailboxId box, UidRange range,
                                                                      std::uint32_t limit)
{
    std::vector<MessageRow> rows;
    const auto first = value_of(range.first), last = value_of(range.last);
    std::string after = keys::message(box, Uid{first - 1});
    while (first <= last && rows.size() < limit) {
        Query query;
        const auto wanted = std::min<std::uint64_t>(
            {kMessagesAPage, limit - rows.size(), std::uint64_t{last} - first + 1});
        query.ranges.push_back({keys::messages(box), after, static_cast<std::uint32_t>(wanted)});
        auto answer = co_await engine().read(partition_, std::move(query));
        if (!answer)
            co_return answer.error();
        const auto& page = answer->pages.front();
        CO_TRY(const bool more, take_messages(page, Uid{last}, rows));
        if (!more || !page.more)
            break;
        after = page.rows.back().key;
    }
    co_return rows;
}

Awaitable<Result<Email>> MailAccount::email(EmailId id)
{
    Query query;
    query.keys.push_back(keys::email(id));
    auto answer = co_await engine().read(partition_, std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return Error(Errc::NotFound, "no such email");
    CO_TRY(auto stored, decode_email(*answer->values[0]));
    if (const auto pieces = stored.card_pieces(); pieces > 0) {
        Query rest;
        for (std::size_t piece = 1; piece <= pieces; ++piece)
            rest.keys.push_back(keys::email_piece(id, static_cast<std::uint8_t>(piece)));
        auto more = co_await engine().read(partition_, std::move(rest));
        if (!more)
            co_return more.error();
        for (const auto& piece : more->values)
            stored.card += piece.value_or("");
    }
    auto card = mime::decode_card(stored.card);
    if (!card)
        co_return card.error();
    co_return Email{id, stored.thread, stored.body, std::move(*card)};
}

Awaitable<Result<std::string>> MailAccount::read_body(BodyRef body, std::uint64_t offset,
                                                      std::uint64_t length)
{
    auto owner = body.shared ? shared_partition(body.blob) : partition_;
    co_return co_await read_body_of(engine(), std::move(owner), body, offset, length);
}

} // namespace mailctl::store
