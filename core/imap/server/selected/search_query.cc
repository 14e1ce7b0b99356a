// Asks a message whether it matches, with what is loaded of it so far.
#include "core/imap/server/selected/search_query.h"

#include <algorithm>
#include <iterator>

#include "core/base/ascii.h"
#include "core/imap/server/object_id.h"
#include "core/mime/date.h"

namespace mailctl::imap {
namespace {

using Kind = SearchKey::Kind;

constexpr unsigned kMostRelevant = 100;

Match of(bool matches)
{
    return matches ? Match::Yes : Match::No;
}

Match negate(Match match)
{
    if (match == Match::Unknown)
        return match;
    return of(match == Match::No);
}

Day day_of(Time time)
{
    return std::chrono::floor<std::chrono::days>(time);
}

/// BEFORE, ON and SINCE of a day, also for the Date field.
bool compare_day(Kind kind, Day day, Day sought)
{
    switch (kind) {
    case Kind::Before:
    case Kind::SavedBefore:
    case Kind::SentBefore:
        return day < sought;
    case Kind::On:
    case Kind::SavedOn:
    case Kind::SentOn:
        return day == sought;
    default:
        return day >= sought;
    }
}

bool in_envelope(std::string_view field)
{
    return std::find(std::begin(mime::kEnvelopeFields), std::end(mime::kEnvelopeFields), field) !=
           std::end(mime::kEnvelopeFields);
}

/// An empty needle asks whether the field is there (RFC 3501 §6.4.4, HEADER).
bool matches_envelope(const mime::Envelope& envelope, std::string_view field, const mime::TextNeedle& needle)
{
    const auto texts = mime::envelope_texts(envelope, field);
    return texts && std::any_of(texts->begin(), texts->end(), [&](const auto& text) { return needle.is_in(text); });
}

/// The day of the Date field as its sender wrote it; nullopt: none that parses.
std::optional<Day> sent_day(const mime::Card& card)
{
    const auto written = mime::parse_date(card.envelope.date);
    if (!written)
        return std::nullopt;
    return std::chrono::floor<std::chrono::days>(written->time + written->zone);
}

} // namespace

namespace {

/// An id as the account itself has it; empty where it is of another one.
std::string without_suffix(std::string_view id, std::string_view suffix)
{
    return id.ends_with(suffix) ? std::string(id.substr(0, id.size() - suffix.size())) : "";
}

} // namespace

SearchQuery::SearchQuery(const SearchKey& key, const View& view,
                         const std::vector<std::string>& keywords, Time now)
    : now_(now)
{
    root_ = build(key, view, keywords);
}

/// What an index is asked about a text. No index knows where nothing is, nor of another collation
/// than it was made by.
void SearchQuery::ask(const SearchKey& key, Node& node)
{
    using fts::Field;
    if (key.collation != mime::Collation::UnicodeCasemap && !key.is_fuzzy)
        return;
    fts::Sought sought;
    sought.folded = mime::fold_case(key.text);
    sought.is_fuzzy = key.is_fuzzy;
    if (sought.folded.empty())
        return;
    if (key.kind == Kind::Body)
        sought.fields = {Field::Body};
    else if (key.kind == Kind::Text && key.is_fuzzy) // the subject is in the header: it counts twice
        sought.fields = {Field::Subject, Field::Header, Field::Body};
    else if (key.kind == Kind::Text)
        sought.fields = {Field::Header, Field::Body};
    else
        sought.fields = {fts::field_named(key.field).value_or(Field::Header)};
    node.is_hint = key.kind == Kind::Header && sought.fields.front() == Field::Header && !key.is_fuzzy;
    node.asked = sought_.size();
    sought_.push_back(std::move(sought));
}

Match SearchQuery::ask_index(const Node& node, const Candidate& candidate) const
{
    if (!node.asked || *node.asked >= answers_.size())
        return Match::Unknown;
    switch (answers_[*node.asked].about(candidate.row->email)) {
    case fts::Says::No:
        return Match::No;
    case fts::Says::Yes:
        return node.is_hint ? Match::Unknown : Match::Yes;
    default:
        return Match::Unknown;
    }
}

unsigned SearchQuery::relevancy(EmailId email) const
{
    unsigned sum = 0, count = 0;
    for (const auto& answer : answers_) {
        const auto at = answer.scores.find(mailctl::value_of(email));
        sum += at == answer.scores.end() ? 0 : at->second;
        count += at == answer.scores.end() ? 0 : 1;
    }
    return count == 0 ? kMostRelevant : std::max(1U, sum / count);
}

SearchQuery::Node SearchQuery::build(const SearchKey& key, const View& view,
                                     const std::vector<std::string>& keywords)
{
    Node node;
    node.kind = key.kind;
    node.number = key.number;
    node.mod_seq = key.mod_seq;
    tells_mod_seq_ = tells_mod_seq_ || key.kind == Kind::ModSeq;
    node.day = key.day;
    const bool is_id = key.kind == Kind::EmailId || key.kind == Kind::ThreadId;
    node.field = is_id ? without_suffix(key.text, view.id_suffix) : key.field;
    if (key.kind == Kind::Keyword) {
        const auto at = std::find_if(keywords.begin(), keywords.end(), [&](const auto& name) {
            return ascii::equals_ignoring_case(name, key.text);
        });
        if (at != keywords.end())
            node.keyword = static_cast<unsigned>(at - keywords.begin());
    } else if (key.kind == Kind::Body || key.kind == Kind::Text) {
        node.number = texts_.size();
        texts_.push_back({mime::TextNeedle(key.text, key.collation), key.kind == Kind::Text});
        ask(key, node);
    } else if (key.kind == Kind::Header) {
        node.needle = mime::TextNeedle(key.text, key.collation);
        ask(key, node);
        needs_header_ = needs_header_ || !in_envelope(key.field);
    } else if (key.kind == Kind::Older || key.kind == Kind::Younger ||
               key.kind == Kind::SavedOlder || key.kind == Kind::SavedYounger) {
        node.instant = now_ - seconds(key.number);
    } else if (key.set.is_saved()) { // RFC 5182 §2.1: names the same messages in either place
        node.kind = Kind::Uids;
        std::vector<std::uint32_t> saved;
        for (const auto uid : view.saved)
            saved.push_back(mailctl::value_of(uid));
        node.ranges = ranges_of(saved);
    } else if (key.kind == Kind::Numbers) {
        node.ranges = key.set.resolve(view.count());
    } else if (key.kind == Kind::Uids) {
        node.ranges = key.set.resolve(view.largest_uid());
    }
    for (const auto& child : key.children)
        node.children.push_back(build(child, view, keywords));
    return node;
}

std::vector<Uid> SearchQuery::candidates(const View& view) const
{
    auto wanted = view.uids();
    for (const auto& node : root_.children) {
        if (node.kind != Kind::Numbers && node.kind != Kind::Uids)
            continue;
        const auto picked = view.pick(node.ranges, node.kind == Kind::Uids);
        std::vector<Uid> both;
        std::set_intersection(wanted.begin(), wanted.end(), picked.begin(), picked.end(),
                              std::back_inserter(both));
        wanted.swap(both);
    }
    return wanted;
}

Match SearchQuery::match(const Node& node, const Candidate& candidate) const
{
    if (node.kind == Kind::Not)
        return negate(match(node.children.front(), candidate));
    if (node.kind != Kind::And && node.kind != Kind::Or)
        return match_content(node, candidate);
    // One decisive child ends it, also behind an unknown one: cheap keys spare costly ones.
    const auto decisive = node.kind == Kind::Or ? Match::Yes : Match::No;
    auto result = negate(decisive);
    for (const auto& child : node.children) {
        const auto one = match(child, candidate);
        if (one == decisive)
            return decisive;
        if (one == Match::Unknown)
            result = Match::Unknown;
    }
    return result;
}

/// Keys that the row answers.
Match SearchQuery::match_row(const Node& node, const Candidate& candidate)
{
    const auto& row = *candidate.row;
    switch (node.kind) {
    case Kind::Flag:
        return of(row.flags.system & node.number);
    case Kind::Keyword:
        return of(node.keyword && row.flags.has_keyword(*node.keyword));
    case Kind::Recent:
        return of(candidate.is_recent);
    case Kind::Larger:
        return of(row.octets > node.number);
    case Kind::Smaller:
        return of(row.octets < node.number);
    case Kind::Older: // RFC 5032 §1: the instant itself is both
        return of(row.internal_date <= node.instant);
    case Kind::Younger:
        return of(row.internal_date >= node.instant);
    case Kind::SavedOlder:
        return of(row.saved <= node.instant);
    case Kind::SavedYounger:
        return of(row.saved >= node.instant);
    case Kind::ModSeq:
        return of(row.mod_seq >= node.mod_seq);
    case Kind::Before:
    case Kind::On:
    case Kind::Since:
        return of(compare_day(node.kind, day_of(row.internal_date + row.date_zone), node.day));
    case Kind::SavedBefore:
    case Kind::SavedOn:
    case Kind::SavedSince:
        return of(compare_day(node.kind, day_of(row.saved), node.day));
    case Kind::EmailId:
        return of(object_id(row.email) == node.field);
    case Kind::Numbers:
        return of(contains(node.ranges, candidate.number));
    case Kind::Uids:
        return of(contains(node.ranges, mailctl::value_of(row.uid)));
    default:
        return Match::Yes; // ALL
    }
}

Match SearchQuery::match_content(const Node& node, const Candidate& candidate) const
{
    if (const auto known = ask_index(node, candidate); known != Match::Unknown)
        return known;
    switch (node.kind) {
    case Kind::ThreadId:
        if (candidate.email == nullptr)
            return Match::Unknown;
        return of(object_id(candidate.email->thread) == node.field);
    case Kind::SentBefore:
    case Kind::SentOn:
    case Kind::SentSince: {
        if (candidate.email == nullptr)
            return Match::Unknown;
        const auto day = sent_day(candidate.email->card);
        return of(day && compare_day(node.kind, *day, node.day));
    }
    case Kind::Header:
        if (candidate.email == nullptr)
            return Match::Unknown;
        if (in_envelope(node.field))
            return of(matches_envelope(candidate.email->card.envelope, node.field, node.needle));
        if (candidate.header == nullptr)
            return Match::Unknown;
        return of(mime::field_contains(*candidate.header, node.field, node.needle));
    case Kind::Body:
    case Kind::Text:
        if (candidate.texts_found == nullptr)
            return Match::Unknown;
        return of((*candidate.texts_found)[node.number]);
    default:
        return match_row(node, candidate);
    }
}

} // namespace mailctl::imap
