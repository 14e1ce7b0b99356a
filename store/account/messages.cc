// Reads messages: rows of a mailbox, emails and bodies.
#include <algorithm>

#include "store/account/account_keys.h"
#include "store/account/mail_account.h"
#include "store/account/message_page.h"
#include "store/body/shared_body.h"

namespace mailctl::store {

namespace {

constexpr std::uint32_t kPagesARead = 64;

/// Takes the rows of the range out of some pages, as far as the limit.
Result<> take_messages(const Page& pages, const UidRange& range, std::uint32_t limit, std::vector<MessageRow>& rows)
{
    if (rows.empty())
        rows.reserve(std::min<std::size_t>(std::size_t{limit} + kPageUids, pages.rows.size() * kPageUids));
    for (const auto& stored : pages.rows) {
        const auto key = keys::message_page_of(stored.key);
        if (!key)
            return Error(Errc::Corrupt, "a message key does not decode");
        const auto before = static_cast<std::ptrdiff_t>(rows.size());
        TRY_VOID(decode_page(key->page, stored.value, rows));
        if (page_of(range.first) == key->page)
            rows.erase(rows.begin() + before,
                       std::find_if(rows.begin() + before, rows.end(),
                                    [&](const auto& row) { return row.uid >= range.first; }));
    }
    while (!rows.empty() && rows.back().uid > range.last)
        rows.pop_back();
    if (rows.size() > limit)
        rows.resize(limit);
    return ok();
}

} // namespace

/// One page is looked up, which costs less than to find where a range begins.
Awaitable<Result<Page>> MailAccount::read_pages(MailboxId box, std::string after, std::uint32_t first,
                                                std::uint32_t limit)
{
    Query query;
    auto key = keys::message_page(box, first);
    if (limit == 1)
        query.keys.push_back(key);
    else
        query.ranges.push_back({keys::messages(box), std::move(after), limit});
    auto answer = co_await engine().read(partition_, std::move(query));
    if (!answer)
        co_return answer.error();
    if (limit != 1)
        co_return std::move(answer->pages.front());
    Page page;
    if (auto& value = answer->values.front())
        page.rows.push_back({std::move(key), std::move(*value)});
    co_return page;
}

Awaitable<Result<std::vector<MessageRow>>> MailAccount::messages(MailboxId box, UidRange range,
                                                                 std::uint32_t limit)
{
    std::vector<MessageRow> rows;
    const auto info = co_await mailbox(box);
    if (!info)
        co_return info.error();
    range.first = std::max(range.first, Uid{1});
    range.last = std::min(range.last, Uid{value_of(info->uid_next) - 1});
    const auto last_page = page_of(range.last);
    auto next_page = page_of(range.first);
    auto after = next_page == 0 ? std::string() : keys::message_page(box, next_page - 1);
    while (range.first <= range.last && next_page <= last_page && rows.size() < limit) {
        const auto of_limit = (limit - rows.size() + kPageUids - 1) / kPageUids + 1;
        const auto wanted =
            static_cast<std::uint32_t>(std::min<std::uint64_t>({kPagesARead, of_limit, last_page - next_page + 1}));
        CO_TRY(const auto pages, co_await read_pages(box, after, next_page, wanted));
        CO_TRY_VOID(take_messages(pages, range, limit, rows));
        if (!pages.more)
            break;
        after = pages.rows.back().key;
        next_page = keys::message_page_of(after)->page + 1;
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
    CO_TRY(const auto stored, decode_email_head(*answer->values[0]));
    std::string joined;
    if (const auto pieces = stored.card_pieces(); pieces > 0) {
        joined = stored.card;
        Query rest;
        for (std::size_t piece = 1; piece <= pieces; ++piece)
            rest.keys.push_back(keys::email_piece(id, static_cast<std::uint8_t>(piece)));
        auto more = co_await engine().read(partition_, std::move(rest));
        if (!more)
            co_return more.error();
        for (const auto& piece : more->values)
            joined += piece.value_or("");
    }
    auto card = mime::decode_card(joined.empty() ? stored.card : joined);
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
