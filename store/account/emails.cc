// Goes through the emails of an account.
#include "store/emails.h"

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "core/mime/card_envelope.h"
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

/// How far a page went.
struct Taken {
    EmailId last{};       ///< of the last email that is whole in it
    EmailId incomplete{}; ///< one whose card goes on after the page
};

/// Is given emails as they are stored, and those that are read by themselves.
class Visitor {
public:
    virtual ~Visitor() = default;
    virtual Result<> visit(EmailId id, const EmailHead& head, std::string_view card) = 0;
    virtual void visit(Email email) = 0;
};

/// Makes a list of them.
class Collector : public Visitor {
public:
    Collector(CardDepth depth, std::vector<Email>& emails) : depth_(depth), emails_(emails) {}

    Result<> visit(EmailId id, const EmailHead& head, std::string_view card) override
    {
        auto decoded = depth_ == CardDepth::Whole ? mime::decode_card(card) : mime::decode_card_envelope(card);
        if (!decoded)
            return decoded.error();
        emails_.push_back({id, head.thread, head.body, *std::move(decoded)});
        return ok();
    }
    void visit(Email email) override { emails_.push_back(std::move(email)); }

private:
    CardDepth depth_;
    std::vector<Email>& emails_;
};

/// Gives what they are sorted by to somebody else.
class Summarizer : public Visitor {
public:
    explicit Summarizer(const SummaryTaker& take) : take_(take) {}

    Result<> visit(EmailId id, const EmailHead&, std::string_view card) override
    {
        TRY(const auto summary, mime::decode_card_summary(card));
        take_(id, summary);
        return ok();
    }
    void visit(Email email) override { take_(email.id, mime::summary_of(email.card)); }

private:
    const SummaryTaker& take_;
};

/// Takes emails up to and with the page's last whole one; a card's pieces follow its head row.
/// `wanted` empty: all of them, else those of these ids. Order: ascending.
Result<Taken> take_emails(const Page& page, std::span<const EmailId> wanted, Visitor& visitor)
{
    Taken taken;
    const bool all = wanted.empty();
    auto next = wanted.begin();
    for (std::size_t at = 0; at < page.rows.size();) {
        const auto id = keys::email_of(page.rows[at].key);
        if (!id)
            return Error(Errc::Corrupt, "an email's key does not decode");
        TRY(const auto head, decode_email_head(page.rows[at].value));
        const auto pieces = head.card_pieces();
        if (at + pieces >= page.rows.size()) {
            taken.incomplete = *id;
            break;
        }
        while (next != wanted.end() && *next < *id)
            ++next;
        if (all || (next != wanted.end() && *next == *id)) {
            std::string joined(pieces > 0 ? head.card : std::string_view());
            for (std::size_t piece = 1; piece <= pieces; ++piece)
                joined += page.rows[at + piece].value;
            TRY_VOID(visitor.visit(*id, head, pieces > 0 ? std::string_view(joined) : head.card));
        }
        taken.last = *id;
        at += pieces + 1;
    }
    return taken;
}

Awaitable<Result<Page>> read_emails(const MailAccount& mail, EmailId after, std::uint32_t limit)
{
    Query query;
    constexpr auto kLastPiece = std::numeric_limits<std::uint8_t>::max();
    query.ranges.push_back({keys::emails(), keys::email_piece(after, kLastPiece), limit});
    auto partition = mail.partition();
    auto answer = co_await mail.engine().read(std::move(partition), std::move(query));
    if (!answer)
        co_return answer.error();
    co_return std::move(answer->pages[0]);
}

/// The emails of neighbouring ids; gives how many of the ids were dealt with, at least one.
Awaitable<Result<std::size_t>> take_near(MailAccount& mail, std::span<const EmailId> ids, Visitor& visitor)
{
    const auto before = EmailId{value_of(ids.front()) - 1};
    const auto most = static_cast<std::uint32_t>(value_of(ids.back()) - value_of(before));
    CO_TRY(const auto page, co_await read_emails(mail, before, most));
    CO_TRY(auto taken, take_emails(page, ids, visitor));
    if (taken.last == EmailId{} && taken.incomplete != EmailId{}) { // larger than the page
        taken.last = taken.incomplete;
        if (std::binary_search(ids.begin(), ids.end(), taken.last)) {
            CO_TRY(auto one, co_await mail.email(taken.last));
            visitor.visit(std::move(one));
        }
    } else if (taken.last == EmailId{} || (!page.more && taken.incomplete == EmailId{})) {
        co_return ids.size(); // there are none after it
    }
    const auto next = std::upper_bound(ids.begin(), ids.end(), taken.last);
    co_return static_cast<std::size_t>(next - ids.begin());
}

Awaitable<Result<>> visit_emails(Account& account, std::vector<EmailId> ids, Visitor& visitor)
{
    // Behind a view of another's account they are read one by one, as its rules may have it.
    auto* const itself = dynamic_cast<MailAccount*>(&account);
    for (std::size_t at = 0; at < ids.size();) {
        auto end = at + 1;
        while (itself != nullptr && end < ids.size() && ids[end] > ids[end - 1] &&
               value_of(ids[end]) - value_of(ids[end - 1]) <= kNearby)
            ++end;
        if (end - at < kWorthARange) {
            auto one = co_await account.email(ids[at++]);
            if (one)
                visitor.visit(std::move(*one));
            else if (one.error().code() != Errc::NotFound)
                co_return one.error();
            continue;
        }
        const std::span<const EmailId> near(ids.data() + at, end - at);
        CO_TRY(const auto done, co_await take_near(*itself, near, visitor));
        at += done;
    }
    co_return ok();
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
    CO_TRY(const auto page, co_await read_emails(of(account), after, limit));
    std::vector<Email> emails;
    emails.reserve(page.rows.size());
    const std::span<const EmailId> all;
    Collector collector(CardDepth::Whole, emails);
    CO_TRY(const auto taken, take_emails(page, all, collector));
    if (emails.empty() && taken.incomplete != EmailId{}) { // larger than the page
        CO_TRY(auto one, co_await account.email(taken.incomplete));
        emails.push_back(std::move(one));
    }
    co_return emails;
}

Awaitable<Result<std::vector<Email>>> emails_of(Account& account, std::vector<EmailId> ids, CardDepth depth)
{
    std::vector<Email> emails;
    emails.reserve(ids.size());
    Collector collector(depth, emails);
    CO_TRY_VOID(co_await visit_emails(account, std::move(ids), collector));
    co_return emails;
}

Awaitable<Result<>> summaries_of(Account& account, std::vector<EmailId> ids, SummaryTaker take)
{
    Summarizer summarizer(take);
    co_return co_await visit_emails(account, std::move(ids), summarizer);
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
