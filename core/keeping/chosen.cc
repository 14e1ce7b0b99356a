// Asks messages by the matching of IMAP's SEARCH.
#include "core/keeping/chosen.h"

#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/base/ascii.h"
#include "core/imap/server/rows.h"
#include "core/imap/server/selected/matching.h"
#include "core/imap/server/selected/search_query.h"

namespace mailctl::keeping {
namespace {

constexpr std::uint32_t kDeletedAtOnce = 1000;

// kRoles is in the order of SpecialUse, which begins with None.
static_assert(std::size(query::kRoles) == static_cast<std::size_t>(store::SpecialUse::Flagged));

/// Deleted messages asked one after the other; keys are narrowed once a mailbox name.
class DeletedSearch {
public:
    DeletedSearch(store::Account& account, const query::Query& query,
                  std::vector<std::string> keywords, Time now)
        : account_(account), query_(query), keywords_(std::move(keywords)), now_(now)
    {}

    Awaitable<Result<bool>> matches(const store::DeletedMessage& message)
    {
        const auto& search = search_for(message.mailbox);
        if (!search)
            co_return false;
        imap::Candidate candidate;
        candidate.row = &message.row;
        const auto match = co_await imap::match_message(account_, *search, candidate);
        if (!match && match.error().code() == Errc::NotFound)
            co_return false; // ended meanwhile
        if (!match)
            co_return match.error();
        co_return *match == imap::Match::Yes;
    }

private:
    /// nullopt: nothing in a mailbox of that name can match. A name tells no role any more.
    const std::optional<imap::SearchQuery>& search_for(const std::string& mailbox)
    {
        const auto known = searches_.find(mailbox);
        if (known != searches_.end())
            return known->second;
        auto& made = searches_[mailbox];
        const imap::View none(account_.shared_from_this(), {}, true);
        if (const auto key = query_.for_mailbox({mailbox, {}}))
            made.emplace(*key, none, keywords_, now_);
        return made;
    }

    store::Account& account_;
    const query::Query& query_;
    std::vector<std::string> keywords_;
    Time now_;
    std::map<std::string, std::optional<imap::SearchQuery>> searches_;
};

} // namespace

std::string_view name_of(store::SpecialUse role)
{
    const auto index = static_cast<std::size_t>(role);
    return index == 0 ? std::string_view() : query::kRoles[index - 1];
}

store::SpecialUse parse_role(std::string_view name)
{
    for (std::size_t i = 0; i < std::size(query::kRoles); ++i)
        if (ascii::equals_ignoring_case(query::kRoles[i], name))
            return static_cast<store::SpecialUse>(i + 1);
    return store::SpecialUse::None;
}

Awaitable<Result<std::vector<Uid>>> chosen_in(store::Account& account,
                                              const store::MailboxInfo& mailbox,
                                              const imap::SearchKey& key, Time now)
{
    imap::View view(account.shared_from_this(), mailbox, true);
    const store::UidRange all;
    imap::Rows rows(account, mailbox.id, all);
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            break;
        std::vector<Uid> uids;
        for (const auto& row : page)
            uids.push_back(row.uid);
        view.add(uids);
    }
    CO_TRY(auto found, co_await imap::matching(account, view, key, now));
    co_return std::move(found.uids);
}

Awaitable<Result<std::vector<store::DeletedMessage>>> chosen_deleted(store::Account& account,
                                                                     const query::Query& query,
                                                                     Time since, Time now)
{
    CO_TRY(auto keywords, co_await account.keywords());
    DeletedSearch search(account, query, std::move(keywords), now);
    std::vector<store::DeletedMessage> chosen;
    // Before every message of that instant: none has mailbox 0.
    store::DeletedId after{since, MailboxId{0}, Uid{0}};
    while (true) {
        CO_TRY(auto page, co_await account.deleted().messages(after, kDeletedAtOnce));
        if (page.empty())
            co_return chosen;
        after = page.back().id;
        for (auto& message : page) {
            CO_TRY(const bool matches, co_await search.matches(message));
            if (matches)
                chosen.push_back(std::move(message));
        }
    }
}

} // namespace mailctl::keeping
