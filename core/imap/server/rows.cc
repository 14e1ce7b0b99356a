// Pages of message rows.
#include "core/imap/server/rows.h"

#include <algorithm>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mailctl::imap {
namespace {

constexpr std::uint32_t kGap = 16; // UIDs in between that cost less than a read of their own

} // namespace

Rows::Rows(store::Account& account, MailboxId mailbox, store::UidRange range, std::size_t page)
    : account_(account), mailbox_(mailbox), page_(page), all_(true), left_(range)
{
}

Rows::Rows(store::Account& account, MailboxId mailbox, std::vector<Uid> wanted, std::size_t page)
    : account_(account), mailbox_(mailbox), page_(page), all_(false), wanted_(std::move(wanted))
{
}

bool Rows::is_at_end() const
{
    return all_ ? left_.first > left_.last : at_ == wanted_.size();
}

store::UidRange Rows::next_range() const
{
    if (all_)
        return left_;
    std::size_t end = at_ + 1;
    while (end < wanted_.size() && end - at_ < page_ &&
           value_of(wanted_[end]) - value_of(wanted_[end - 1]) <= kGap)
        ++end;
    return {wanted_[at_], wanted_[end - 1]};
}

/// Goes on after what was read; all of the range was, unless the page was full.
void Rows::advance(const store::UidRange& asked, const std::vector<store::MessageRow>& rows)
{
    const auto last = rows.size() < page_ ? asked.last : rows.back().uid;
    if (!all_) {
        at_ = static_cast<std::size_t>(
            std::upper_bound(wanted_.begin(), wanted_.end(), last) - wanted_.begin());
        return;
    }
    if (last >= left_.last)
        left_ = {Uid(1), Uid(0)};
    else
        left_.first = Uid(value_of(last) + 1);
}

/// Both ascend.
void Rows::keep_wanted(const store::UidRange& asked, std::vector<store::MessageRow>& rows) const
{
    auto wanted = std::lower_bound(wanted_.begin(), wanted_.end(), asked.first);
    std::erase_if(rows, [&](const auto& row) {
        while (wanted != wanted_.end() && *wanted < row.uid)
            ++wanted;
        return wanted == wanted_.end() || *wanted != row.uid;
    });
}

Awaitable<Result<std::vector<store::MessageRow>>> Rows::next()
{
    std::vector<store::MessageRow> rows;
    if (is_at_end())
        co_return rows;
    if (is_begun_) // others share the thread: they go on between two pages of a long command
        co_await boost::asio::post(boost::asio::use_awaitable);
    is_begun_ = true;
    while (rows.empty() && !is_at_end()) {
        const auto range = next_range();
        CO_TRY(rows, co_await account_.messages(mailbox_, range, static_cast<std::uint32_t>(page_)));
        advance(range, rows);
        if (!all_)
            keep_wanted(range, rows);
    }
    co_return rows;
}

} // namespace mailctl::imap
