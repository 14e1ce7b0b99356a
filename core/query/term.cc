// THE table of the query language's fields.
#include "core/query/term.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/ascii.h"
#include "core/base/clock.h"
#include "core/base/nearest.h"
#include "core/base/octets.h"
#include "core/imap/flag_list.h"

namespace mailctl::query {
namespace {

using Kind = imap::SearchKey::Kind;

constexpr std::array kTerms{
    Term{"from", ValueKind::Text, Kind::Header, "from", "the sender's name or address holds it"},
    Term{"to", ValueKind::Text, Kind::Header, "to", "a recipient's name or address holds it"},
    Term{"cc", ValueKind::Text, Kind::Header, "cc", "the same of Cc"},
    Term{"bcc", ValueKind::Text, Kind::Header, "bcc", "the same of Bcc"},
    Term{"subject", ValueKind::Text, Kind::Header, "subject", "the subject holds it"},
    Term{"list", ValueKind::Text, Kind::Header, "list-id", "the mailing list's id holds it"},
    Term{"message-id", ValueKind::Text, Kind::Header, "message-id", "the Message-ID holds it"},
    Term{"header", ValueKind::HeaderText, Kind::Header, "",
         "header:NAME:VALUE, that field holds it; header:NAME, there is such a field"},
    Term{"body", ValueKind::Text, Kind::Body, "", "the text of the message holds it"},
    Term{"text", ValueKind::Text, Kind::Text, "", "header or text hold it"},
    Term{"flag", ValueKind::Flag, Kind::Flag, "",
         "it has the flag: seen, answered, flagged, deleted, draft, or a keyword such as $Junk"},
    Term{"larger", ValueKind::Size, Kind::Larger, "", "it is larger: 1M, 500KiB"},
    Term{"smaller", ValueKind::Size, Kind::Smaller, "", "it is smaller"},
    Term{"older", ValueKind::Age, Kind::Older, "", "it was received so long ago or longer: 30d, 12h"},
    Term{"younger", ValueKind::Age, Kind::Younger, "", "it was received within that time"},
    Term{"before", ValueKind::Date, Kind::Before, "", "it was received before that day: 2026-01-31 (UTC)"},
    Term{"on", ValueKind::Date, Kind::On, "", "it was received on that day"},
    Term{"since", ValueKind::Date, Kind::Since, "", "it was received on that day or later"},
    Term{"saved-older", ValueKind::Age, Kind::SavedOlder, "",
         "it came into its mailbox so long ago or longer: of mail in Trash, since it was thrown away"},
    Term{"saved-younger", ValueKind::Age, Kind::SavedYounger, "", "it came into its mailbox within that time"},
    Term{"saved-before", ValueKind::Date, Kind::SavedBefore, "", "it came into its mailbox before that day"},
    Term{"saved-on", ValueKind::Date, Kind::SavedOn, "", "it came into its mailbox on that day"},
    Term{"saved-since", ValueKind::Date, Kind::SavedSince, "", "it came into its mailbox on that day or later"},
    Term{"sent-before", ValueKind::Date, Kind::SentBefore, "", "its Date field is before that day"},
    Term{"sent-on", ValueKind::Date, Kind::SentOn, "", "its Date field is of that day"},
    Term{"sent-since", ValueKind::Date, Kind::SentSince, "", "its Date field is of that day or later"},
    Term{"uid", ValueKind::Uids, Kind::Uids, "", "its UID is in the set: 7, 2:9,12, 100:*"},
    Term{"id", ValueKind::Id, Kind::EmailId, "", "it is this message, wherever it lies: M17, as search shows it"},
    Term{"thread", ValueKind::Id, Kind::ThreadId, "", "it belongs to this thread: T17, as search shows it"},
    Term{"mailbox", ValueKind::Mailbox, Kind::All, "",
         "it lies in a mailbox of that name; * is any run of characters, % the same without \"/\""},
    Term{"role", ValueKind::Role, Kind::All, "",
         "it lies in the mailbox with that role: inbox, archive, drafts, junk, sent, trash, all, flagged"},
};

/// Of \Seen and the like in their name in IMAP, without the backslash.
std::optional<imap::SystemFlag> system_flag(std::string_view name)
{
    if (name.starts_with('\\'))
        name.remove_prefix(1);
    for (const auto& known : imap::kSystemFlags)
        if (ascii::equals_ignoring_case(known.name.substr(1), name))
            return known.flag;
    return std::nullopt;
}

/// RFC 9051 §9: flag-keyword is an atom.
bool is_keyword(std::string_view name)
{
    return !name.empty() && std::none_of(name.begin(), name.end(), [](char c) {
        return ascii::is_control(c) || ascii::is_8bit(c) ||
               std::string_view(" (){%*\"\\]").find(c) != std::string_view::npos;
    });
}

Result<imap::SearchKey> flag_key(const std::string& value)
{
    if (const auto flag = system_flag(value)) {
        imap::SearchKey key(Kind::Flag);
        key.number = static_cast<std::uint32_t>(*flag);
        return key;
    }
    if (!is_keyword(value))
        return Error(Errc::Invalid, "no flag and no keyword: " + ascii::printable(value));
    imap::SearchKey key(Kind::Keyword);
    key.text = value;
    return key;
}

/// Sizes and ages past what a key holds are no different from the largest that it holds.
std::uint32_t most(std::uint64_t number)
{
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(number, std::numeric_limits<std::uint32_t>::max()));
}

Result<std::uint32_t> age_of(const std::string& value)
{
    TRY(const auto age, parse_duration(value));
    if (age.count() <= 0)
        return Error(Errc::Invalid, "an age is more than nothing");
    return most(static_cast<std::uint64_t>(std::chrono::ceil<seconds>(age).count()));
}

Result<imap::Day> day_of(const std::string& value)
{
    constexpr std::size_t kDateOctets = 10;
    const auto time = parse_rfc3339(value);
    if (value.size() != kDateOctets || !time)
        return Error(Errc::Invalid, "no date such as 2026-01-31: " + ascii::printable(value));
    return std::chrono::floor<std::chrono::days>(*time);
}

} // namespace

std::span<const Term> terms()
{
    return kTerms;
}

const Term* find_term(std::string_view field)
{
    const auto at = std::find_if(kTerms.begin(), kTerms.end(), [&](const Term& term) {
        return ascii::equals_ignoring_case(term.field, field);
    });
    return at == kTerms.end() ? nullptr : &*at;
}

std::string nearest_field(std::string_view unknown)
{
    std::vector<std::string_view> known;
    for (const auto& term : kTerms)
        known.push_back(term.field);
    return nearest(ascii::lower(unknown), known);
}

Result<imap::SearchKey> make_key(const Term& term, std::string value)
{
    if (term.value == ValueKind::Flag)
        return flag_key(value);
    imap::SearchKey key(term.key);
    key.field = term.header;
    switch (term.value) {
    case ValueKind::Size: {
        TRY(const auto octets, parse_octets(value));
        key.number = most(octets);
        break;
    }
    case ValueKind::Age: {
        TRY(key.number, age_of(value));
        break;
    }
    case ValueKind::Date: {
        TRY(key.day, day_of(value));
        break;
    }
    case ValueKind::Uids: {
        TRY(key.set, imap::SequenceSet::parse(value));
        if (key.set.is_saved())
            return Error(Errc::Invalid, "no set of UIDs");
        break;
    }
    default:
        key.text = std::move(value);
    }
    return key;
}

} // namespace mailctl::query
