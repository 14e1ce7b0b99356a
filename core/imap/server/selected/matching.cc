// Finds the messages that match, and tells of them as ESEARCH.
#include "core/imap/server/selected/matching.h"

#include <algorithm>
#include <span>
#include <string>

#include "core/fts/indexes.h"
#include "core/imap/server/progress.h"
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

bool has_mod_seq(const SearchKey& key)
{
    return key.kind == SearchKey::Kind::ModSeq ||
           std::any_of(key.children.begin(), key.children.end(), has_mod_seq);
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

/// What the response is about: all, or only what MIN, MAX and PARTIAL name where nothing else is
/// asked for. RFC 5182 §2.4, RFC 9394 §3.2; RFC 4731 §3.2 for MODSEQ.
std::vector<Uid> told(const SearchReturn& wanted, const std::vector<Uid>& found)
{
    if (wanted.all || wanted.count || !(wanted.min || wanted.max || wanted.partial) || found.empty())
        return found;
    std::vector<Uid> uids;
    if (wanted.partial) {
        const auto places = wanted.partial->places(found.size());
        for (auto at = places.from; at < places.to; ++at)
            uids.push_back(found[at]);
    }
    if (wanted.min)
        uids.push_back(found.front());
    if (wanted.max)
        uids.push_back(found.back());
    return uids;
}

/// The highest mod-sequence of those; 0: none.
ModSeq highest_of(const Found& found, const std::vector<Uid>& uids)
{
    ModSeq highest{};
    for (const auto uid : uids) {
        const auto at = std::lower_bound(found.mod_seqs.begin(), found.mod_seqs.end(), uid,
                                         [](const auto& pair, Uid u) { return pair.first < u; });
        if (at != found.mod_seqs.end() && at->first == uid)
            highest = std::max(highest, at->second);
    }
    return highest;
}

/// " RELEVANCY (4 99 42)", in the order of the messages. RFC 6203 §4
void put_relevancies(std::string& out, const SearchReturn& wanted, const Found& found)
{
    PartialRange::Places places{0, found.uids.size()};
    if (wanted.partial)
        places = wanted.partial->places(found.uids.size());
    out += " RELEVANCY (";
    for (auto at = places.from; at < places.to; ++at)
        out.append(at > places.from ? " " : "").append(std::to_string(found.relevancy(found.uids[at])));
    out += ')';
}

/// What is searched.
struct Searched {
    store::Account& account;
    const View& view;
    Progress* progress;
};

/// Appends the page's messages that match.
Awaitable<Result<>> match_page(const Searched& mailbox, const SearchQuery& query,
                               const std::vector<store::MessageRow>& page, Found& found)
{
    const View& view = mailbox.view;
    auto* progress = mailbox.progress;
    auto place = view.uids().begin(); // both ascend
    for (const auto& row : page) {
        if (progress != nullptr && progress->advance())
            co_await progress->tell();
        if (place == view.uids().begin())
            place = std::lower_bound(place, view.uids().end(), row.uid);
        while (place != view.uids().end() && *place < row.uid)
            ++place;
        if (place == view.uids().end() || *place != row.uid)
            continue;
        Candidate candidate;
        candidate.row = &row;
        candidate.number = static_cast<std::uint32_t>(place - view.uids().begin()) + 1;
        candidate.is_recent = view.is_recent(row.uid);
        const auto match = co_await match_message(mailbox.account, query, candidate);
        if (!match && match.error().code() == Errc::NotFound)
            continue; // expunged meanwhile
        if (!match)
            co_return match.error();
        if (*match != Match::Yes)
            continue;
        found.uids.push_back(row.uid);
        if (query.tells_mod_seq())
            found.mod_seqs.emplace_back(row.uid, row.mod_seq);
        if (found.tells_relevancy)
            found.relevancies.emplace_back(row.uid, query.relevancy(row.email));
    }
    co_return ok();
}

} // namespace

bool has_numbers(const SearchKey& key)
{
    return (key.kind == SearchKey::Kind::Numbers && !key.set.is_saved()) ||
           std::any_of(key.children.begin(), key.children.end(), has_numbers);
}

std::optional<Completion> fault_of(const Session& session, const SearchRequest& request)
{
    if (session.is_uid_only && has_numbers(request.key)) // RFC 9586 §3.2
        return Completion(Completion::Kind::Bad, "UIDREQUIRED", "Message numbers are off");
    if (session.has_utf8 && !request.charset.empty() && request.charset != "UTF-8") // RFC 6855 §3
        return Completion::bad("UTF-8 is the only charset");
    if (request.returns && request.returns->relevancy && !has_fuzzy(request.key)) // RFC 6203 §4
        return Completion::bad("RELEVANCY is for FUZZY");
    if (!is_known_charset(request.charset))
        return Completion::no("BADCHARSET (US-ASCII UTF-8)", "Unknown charset");
    if (!has_valid_text(request.key)) // not BAD: clients look through the messages themselves then
        return Completion::no("BADCHARSET (US-ASCII UTF-8)", "Text is not UTF-8");
    return std::nullopt;
}

unsigned Found::relevancy(Uid uid) const
{
    const auto at = std::lower_bound(relevancies.begin(), relevancies.end(), uid,
                                     [](const auto& pair, Uid u) { return pair.first < u; });
    return at != relevancies.end() && at->first == uid ? at->second : 1;
}

Awaitable<Result<Found>> matching(Session& session, const SearchKey& key)
{
    session.has_condstore = session.has_condstore || has_mod_seq(key); // RFC 7162 §3.1
    co_return co_await matching(session.view->account(), *session.view, key,
                                session.services->clock->now(),
                                SearchAids(session.services->fts, session.progress));
}

Awaitable<Result<Found>> matching(store::Account& account, const View& view, const SearchKey& key,
                                  Time now, SearchAids aids)
{
    CO_TRY(const auto keywords, co_await account.keywords());
    SearchQuery query(key, view, keywords, now);
    if (aids.indexes != nullptr && !query.sought().empty()) {
        auto sought = query.sought();
        auto answers = co_await aids.indexes->ask(account, std::move(sought));
        query.take_answers(std::move(answers));
    }
    Found found;
    found.tells_relevancy = has_fuzzy(key);
    auto candidates = query.candidates(view);
    if (aids.among != nullptr)
        std::erase_if(candidates, [&aids](Uid uid) {
            return !std::binary_search(aids.among->begin(), aids.among->end(), uid);
        });
    if (aids.progress != nullptr)
        aids.progress->expect(candidates.size());
    const Searched mailbox{account, view, aids.progress};
    Rows rows(account, view.mailbox(), std::move(candidates));
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            break;
        CO_TRY_VOID(co_await match_page(mailbox, query, page, found));
    }
    co_return found;
}

Awaitable<Result<Found>> matching_among(Session& session, const SearchKey& key,
                                        std::vector<Uid> among)
{
    SearchAids aids(session.services->fts);
    aids.among = &among;
    co_return co_await matching(session.view->account(), *session.view, key,
                                session.services->clock->now(), aids);
}

Awaitable<Result<Match>> match_message(store::Account& account, const SearchQuery& query,
                                       Candidate candidate)
{
    auto match = query.match(candidate);
    if (match != Match::Unknown)
        co_return match;
    CO_TRY(const auto email, co_await account.email(candidate.row->email));
    candidate.email = &email;
    match = query.match(candidate);
    std::string header;
    if (match == Match::Unknown && query.needs_header()) {
        const auto most = std::min(email.card.root.header_octets, mime::kSearchedHeaderOctets);
        CO_TRY(header, co_await account.read_body(email.body, 0, most));
        candidate.header = &header;
        match = query.match(candidate);
    }
    if (match != Match::Unknown)
        co_return match;
    CO_TRY(const auto found, co_await find_texts(account, email, query.texts()));
    candidate.texts_found = &found;
    co_return query.match(candidate);
}

std::uint32_t number_for(const Session& session, const Invocation& invocation, Uid uid)
{
    if (invocation.by_uid)
        return value_of(uid);
    return session.view->number_of(uid).value_or(0); // matching() gives only what is in the view
}

void save_found(View& view, const SearchReturn& wanted, const Found& found)
{
    view.saved = told(wanted, found.uids);
    std::sort(view.saved.begin(), view.saved.end());
    view.saved.erase(std::unique(view.saved.begin(), view.saved.end()), view.saved.end());
}

void drop_saved(View& view, const std::optional<SearchReturn>& wanted)
{
    if (wanted && wanted->save)
        view.saved.clear();
}

void put_esearch(Session& session, const Invocation& invocation, const SearchReturn& wanted,
                 const Found& found, std::string_view source)
{
    std::string& out = session.out;
    out += "* ESEARCH (TAG ";
    put_string(out, invocation.tag);
    out.append(source).append(invocation.by_uid ? ") UID" : ")");
    std::vector<std::uint32_t> numbers;
    for (const auto uid : found.uids)
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
    if (wanted.relevancy && !numbers.empty())
        put_relevancies(out, wanted, found);
    if (wanted.count)
        out.append(" COUNT ").append(std::to_string(numbers.size()));
    if (const auto highest = highest_of(found, told(wanted, found.uids)); highest != ModSeq(0))
        out.append(" MODSEQ ").append(std::to_string(value_of(highest)));
    out += "\r\n";
}

void put_found(Session& session, const Invocation& invocation, std::string_view name,
               const std::optional<SearchReturn>& wanted, const Found& found)
{
    if (wanted && wanted->save)
        save_found(*session.view, *wanted, found);
    if (wanted && wanted->is_save_alone())
        return;
    if (wanted)
        return put_esearch(session, invocation, *wanted, found);
    session.out.append("* ").append(name);
    for (const auto uid : found.uids)
        session.out.append(" ").append(std::to_string(number_for(session, invocation, uid)));
    if (const auto highest = highest_of(found, found.uids); highest != ModSeq(0))
        session.out.append(" (MODSEQ ").append(std::to_string(value_of(highest))).append(")");
    session.out += "\r\n";
}

} // namespace mailctl::imap
