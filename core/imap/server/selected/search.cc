// SEARCH: message numbers or UIDs that match.
#include <algorithm>

#include "core/imap/server/commands.h"
#include "core/imap/server/rows.h"
#include "core/imap/server/selected/search_query.h"
#include "core/imap/server/selected/search_text.h"
#include "core/imap/utf7.h"

namespace mailctl::imap {
namespace {

bool is_known_charset(std::string_view charset)
{
    return charset.empty() || charset == "US-ASCII" || charset == "UTF-8";
}

bool has_valid_text(const SearchKey& key)
{
    return is_utf8(key.text) && std::all_of(key.children.begin(), key.children.end(), has_valid_text);
}

/// Loads what the query still needs, least first, until the answer is known.
Awaitable<Result<Match>> match_content(Session& session, const SearchQuery& query,
                                       Candidate candidate)
{
    CO_TRY(const auto email, co_await session.account->email(candidate.row->email));
    candidate.email = &email;
    auto match = query.match(candidate);
    std::string header;
    if (match == Match::Unknown && query.needs_header()) {
        const auto most = std::min(email.card.root.header_octets, kSearchedHeaderOctets);
        CO_TRY(header, co_await session.account->read_body(email.body, 0, most));
        candidate.header = &header;
        match = query.match(candidate);
    }
    if (match != Match::Unknown)
        co_return match;
    CO_TRY(const auto found, co_await find_texts(*session.account, email, query.texts()));
    candidate.texts_found = &found;
    co_return query.match(candidate);
}

/// Appends the numbers or UIDs of the page's messages that match.
Awaitable<Result<>> search_page(Session& session, const SearchQuery& query,
                                const std::vector<store::MessageRow>& page, bool by_uid,
                                std::string& found)
{
    for (const auto& row : page) {
        const auto number = session.view->number_of(row.uid);
        if (!number)
            continue;
        Candidate candidate;
        candidate.row = &row;
        candidate.number = *number;
        candidate.is_recent = session.view->is_recent(row.uid);
        auto match = query.match(candidate);
        if (match == Match::Unknown) {
            const auto known = co_await match_content(session, query, candidate);
            if (!known && known.error().code() == Errc::NotFound)
                continue; // expunged meanwhile
            if (!known)
                co_return known.error();
            match = *known;
        }
        if (match == Match::Yes)
            found.append(" ").append(std::to_string(by_uid ? value_of(row.uid) : *number));
    }
    co_return ok();
}

} // namespace

/// RFC 3501 §6.4.4. Texts are compared without case, headers decoded.
Awaitable<Completion> on_search(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto request, parse_search(args));
    if (!is_known_charset(request.charset))
        co_return Completion::no("BADCHARSET (US-ASCII UTF-8)", "Unknown charset");
    if (!has_valid_text(request.key))
        co_return Completion::bad("Text is not UTF-8");
    const auto keywords = co_await session.account->keywords();
    if (!keywords)
        co_return refuse(keywords.error());
    const SearchQuery query(request.key, *session.view, *keywords);
    std::string found;
    Rows rows(*session.account, session.view->mailbox(), query.candidates(*session.view));
    while (true) {
        const auto page = co_await rows.next();
        if (!page)
            co_return refuse(page.error());
        if (page->empty())
            break;
        const auto searched = co_await search_page(session, query, *page, invocation.by_uid, found);
        if (!searched)
            co_return refuse(searched.error());
    }
    session.out.append("* SEARCH").append(found).append("\r\n");
    co_return Completion::ok("SEARCH completed");
}

} // namespace mailctl::imap
