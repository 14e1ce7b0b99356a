// Finds the messages that match, and tells of them as ESEARCH.
#include "core/imap/server/selected/matching.h"

#include <algorithm>
#include <span>
#include <string>

#include "core/imap/server/rows.h"
#include "core/imap/server/selected/search_query.h"
#include "core/imap/server/selected/search_text.h"
#include "core/imap/utf7.h"
#include "core/imap/write.h"

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

/// " PARTIAL (1:500 4:7,9)". RFC 9394 §3.1
void put_partial(std::string& out, const PartialRange& range, std::span<const std::uint32_t> numbers)
{
    const auto places = range.places(numbers.size());
    out.append(" PARTIAL (").append(range.text()).append(" ");
    if (places.from == places.to)
        out += "NIL";
    put_number_set(out, numbers.subspan(places.from, places.to - places.from));
    out += ')';
}

/// Appends the page's messages that match.
Awaitable<Result<>> match_page(Session& session, const SearchQuery& query,
                               const std::vector<store::MessageRow>& page, std::vector<Uid>& found)
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
            found.push_back(row.uid);
    }
    co_return ok();
}

} // namespace

std::optional<Completion> fault_of(const SearchRequest& request)
{
    if (!is_known_charset(request.charset))
        return Completion::no("BADCHARSET (US-ASCII UTF-8)", "Unknown charset");
    if (!has_valid_text(request.key))
        return Completion::bad("Text is not UTF-8");
    return std::nullopt;
}

Awaitable<Result<std::vector<Uid>>> matching(Session& session, const SearchKey& key)
{
    CO_TRY(const auto keywords, co_await session.account->keywords());
    const SearchQuery query(key, *session.view, keywords, session.services->clock->now());
    std::vector<Uid> found;
    Rows rows(*session.account, session.view->mailbox(), query.candidates(*session.view));
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            break;
        CO_TRY_VOID(co_await match_page(session, query, page, found));
    }
    co_return found;
}

void save_result(View& view, const SearchReturn& wanted, const std::vector<Uid>& found)
{
    // RFC 5182 §2.4, RFC 9394 §3.2: with COUNT or ALL, or alone, SAVE keeps everything.
    if (wanted.all || wanted.count || !(wanted.min || wanted.max || wanted.partial) || found.empty()) {
        view.saved = found;
    } else {
        view.saved.clear();
        if (wanted.partial) {
            const auto places = wanted.partial->places(found.size());
            for (auto at = places.from; at < places.to; ++at)
                view.saved.push_back(found[at]);
        }
        if (wanted.min)
            view.saved.push_back(found.front());
        if (wanted.max)
            view.saved.push_back(found.back());
    }
    std::sort(view.saved.begin(), view.saved.end());
    view.saved.erase(std::unique(view.saved.begin(), view.saved.end()), view.saved.end());
}

std::uint32_t number_for(const Session& session, const Invocation& invocation, Uid uid)
{
    if (invocation.by_uid)
        return value_of(uid);
    return session.view->number_of(uid).value_or(0); // matching() gives only what is in the view
}

void put_esearch(Session& session, const Invocation& invocation, const SearchReturn& wanted,
                 const std::vector<Uid>& found)
{
    std::string& out = session.out;
    out += "* ESEARCH (TAG ";
    put_string(out, invocation.tag);
    out += invocation.by_uid ? ") UID" : ")";
    std::vector<std::uint32_t> numbers;
    for (const auto uid : found)
        numbers.push_back(number_for(session, invocation, uid));
    if (!numbers.empty()) { // RFC 4731 §3.1: with no match there is no MIN, MAX or ALL
        if (wanted.min)
            out.append(" MIN ").append(std::to_string(numbers.front()));
        if (wanted.max)
            out.append(" MAX ").append(std::to_string(numbers.back()));
        if (wanted.all) {
            out += " ALL ";
            put_number_set(out, numbers);
        }
    }
    if (wanted.partial)
        put_partial(out, *wanted.partial, numbers);
    if (wanted.count)
        out.append(" COUNT ").append(std::to_string(numbers.size()));
    out += "\r\n";
}

void drop_saved(View& view, const std::optional<SearchReturn>& wanted)
{
    if (wanted && wanted->save)
        view.saved.clear();
}

void put_found(Session& session, const Invocation& invocation, std::string_view name,
               const std::optional<SearchReturn>& wanted, const std::vector<Uid>& found)
{
    if (wanted && wanted->save)
        save_result(*session.view, *wanted, found);
    if (wanted && wanted->is_save_alone())
        return;
    if (wanted)
        return put_esearch(session, invocation, *wanted, found);
    session.out.append("* ").append(name);
    for (const auto uid : found)
        session.out.append(" ").append(std::to_string(number_for(session, invocation, uid)));
    session.out += "\r\n";
}

} // namespace mailctl::imap
