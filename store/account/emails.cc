// Goes through the emails of an account.
#include "store/emails.h"

#include <algorithm>
#include <limits>

#include "store/account/account_keys.h"
#include "store/account/mail_account.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kUsesAPage = 2000;
constexpr std::uint64_t kNearby = 4;      // ids apart that cost less to pass over than to look up
constexpr std::size_t kWorthARange = 4;

/// Every account is one: Store::account makes no other.
const MailAccount& of(const Account& account)
{
    return dynamic_cast<const MailAccount&>(account);
}

/// Takes rows up to and with the page's last whole email; a card's pieces follow its head row.
Result<std::vector<Email>> take_emails(const Page& page, EmailId& incomplete)
{
    std::vector<Email> emails;
    for (std::size_t at = 0; at < page.rows.size();) {
        const auto id = keys::email_of(page.rows[at].key);
        if (!id)
            return Error(Errc::Corrupt, "an email's key does not decode");
        TRY(auto stored, decode_email(page.rows[at].value));
        const auto pieces = stored.card_pieces();
        if (at + pieces >= page.rows.size()) {
            incomplete = *id;
            break;
        }
        for (std::size_t piece = 1; piece <= pieces; ++piece)
            stored.card += page.rows[at + piece].value;
        TRY(auto card, mime::decode_card(stored.card));
        emails.push_back({*id, stored.thread, stored.body, std::move(card)});
        at += pieces + 1;
    }
    return emails;
}

} // namespace

EmailId MailAccount::last_email() const
{
    const std::lock_guard lock(mutex_);
    return EmailId{value_of(state_.cell.next_email) - 1};
}

EmailId last_email(const Account& account)
{
    return of(account).last_email();
}

Awaitable<Result<std::vector<Email>>> emails_after(Account& account, EmailId after, std::uint32_t limit)
{
    const auto& mail = of(account);
    Query query;
    constexpr auto kLastPiece = std::numeric_limits<std::uint8_t>::max();
    query.ranges.push_back({keys::emails(), keys::email_piece(after, kLastPiece), limit});
    auto partition = mail.partition();
    auto answer = co_await mail.engine().read(std::move(partition), std::move(query));
    if (!answer)
        co_return answer.error();
    EmailId incomplete{};
    CO_TRY(auto emails, take_emails(answer->pages[0], incomplete));
    if (emails.empty() && incomplete != EmailId{}) { // larger than the page
        CO_TRY(auto one, co_await account.email(incomplete));
        emails.push_back(std::move(one));
    }
    co_return emails;
}

Awaitable<Result<std::vector<Email>>> emails_of(Account& account, std::vector<EmailId> ids)
{
    std::vector<Email> emails;
    // Behind a view of another's account they are read one by one, as its rules may have it.
    const bool is_itself = dynamic_cast<const MailAccount*>(&account) != nullptr;
    for (std::size_t at = 0; at < ids.size();) {
        auto end = at + 1;
        while (is_itself && end < ids.size() && ids[end] > ids[end - 1] &&
               value_of(ids[end]) - value_of(ids[end - 1]) <= kNearby)
            ++end;
        if (end - at < kWorthARange) {
            auto one = co_await account.email(ids[at++]);
            if (one)
                emails.push_back(std::move(*one));
            else if (one.error().code() != Errc::NotFound)
                co_return one.error();
            continue;
        }
        const auto before = EmailId{value_of(ids[at]) - 1};
        const auto most = static_cast<std::uint32_t>(value_of(ids[end - 1]) - value_of(before));
        CO_TRY(auto near, co_await emails_after(account, before, most));
        if (near.empty())
            at = end; // there are none after it
        for (auto& email : near) {
            while (at < end && ids[at] < email.id)
                ++at;
            if (at < end && ids[at] == email.id) {
                emails.push_back(std::move(email));
                ++at;
            }
        }
    }
    co_return emails;
}

Awaitable<Result<std::vector<EmailId>>> email_ids(Account& account)
{
    const auto& mail = of(account);
    std::vector<EmailId> ids;
    for (std::string after;;) {
        Query query;
        query.ranges.push_back({keys::body_uses(), after, kUsesAPage});
        auto partition = mail.partition();
        const auto answer = co_await mail.engine().read(std::move(partition), std::move(query));
        if (!answer)
            co_return answer.error();
        const auto& page = answer->pages[0];
        for (const auto& row : page.rows) {
            CO_TRY(const auto use, decode_body_use(row.value));
            ids.push_back(use.email);
        }
        if (!page.more)
            break;
        after = page.rows.back().key;
    }
    std::sort(ids.begin(), ids.end());
    co_return ids;
}

} // namespace mailctl::store
