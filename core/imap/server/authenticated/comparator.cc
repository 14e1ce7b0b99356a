// COMPARATOR: how SEARCH, SORT and THREAD compare texts.
#include <algorithm>
#include <string>
#include <vector>

#include "core/base/ascii.h"
#include "core/imap/limits.h"
#include "core/imap/server/commands.h"

namespace mailctl::imap {
namespace {

struct Comparator {
    std::string_view name;
    mime::Collation collation;
};

/// The default one first. i;ascii-numeric is none of them: it knows no substrings, which SEARCH is
/// made of (RFC 4790 §9.1, RFC 5255 §4.6).
constexpr Comparator kComparators[] = {
    {"i;unicode-casemap", mime::Collation::UnicodeCasemap},
    {"i;ascii-casemap", mime::Collation::AsciiCasemap},
    {"i;octet", mime::Collation::Octet},
};

/// "*" stands for any octets. RFC 4790 §3.2
bool matches(std::string_view pattern, std::string_view name)
{
    const auto star = pattern.find('*');
    if (star == std::string_view::npos)
        return ascii::equals_ignoring_case(pattern, name);
    if (!ascii::starts_with_ignoring_case(name, pattern.substr(0, star)))
        return false;
    const auto next = pattern.find_first_not_of('*', star);
    if (next == std::string_view::npos)
        return true;
    for (auto at = star; at < name.size(); ++at)
        if (matches(pattern.substr(next), name.substr(at)))
            return true;
    return false;
}

/// What one argument asks for, in our order of preference. Orders backwards are not there
/// (RFC 4790 §3.1: "-").
std::vector<const Comparator*> find(std::string_view wanted)
{
    std::vector<const Comparator*> found;
    if (ascii::equals_ignoring_case(wanted, "default"))
        wanted = kComparators[0].name;
    if (wanted.starts_with('+'))
        wanted.remove_prefix(1);
    for (const auto& comparator : kComparators)
        if (matches(wanted, comparator.name))
            found.push_back(&comparator);
    return found;
}

/// *(SP comp-order-quoted): what they ask for, the preferred one first.
Result<std::vector<const Comparator*>> parse_wanted(Lexer& args)
{
    std::vector<const Comparator*> all;
    for (std::size_t count = 0; args.accept(' '); ++count) {
        if (count == kComparatorsAsked)
            return Error(Errc::Invalid, "Too many comparators");
        TRY(const auto wanted, args.astring());
        if (wanted.size() > kComparatorOctets)
            return Error(Errc::Invalid, "Comparator name too long");
        const auto found = find(wanted);
        all.insert(all.end(), found.begin(), found.end());
    }
    TRY_VOID(args.end());
    return all;
}

/// "* COMPARATOR i;octet (i;octet i;ascii-casemap)": the list where there was a choice.
void put_comparator(Session& session, const std::vector<const Comparator*>& matching)
{
    std::string list;
    std::size_t count = 0;
    for (const auto& comparator : kComparators) {
        const bool is_there = std::find(matching.begin(), matching.end(), &comparator) != matching.end();
        if (is_there)
            list.append(count++ == 0 ? "" : " ").append(comparator.name);
    }
    for (const auto& comparator : kComparators)
        if (comparator.collation == session.collation)
            session.out.append("* COMPARATOR ").append(comparator.name);
    if (count > 1)
        session.out.append(" (").append(list).append(")");
    session.out += "\r\n";
}

} // namespace

/// RFC 5255 §4.7.
Completion on_comparator(Session& session, Invocation& invocation)
{
    const bool only_asks = invocation.args.at_end();
    PARSE_TRY(const auto wanted, parse_wanted(invocation.args));
    if (!only_asks && wanted.empty()) // RFC 5255 §4.9
        return Completion::no("BADCOMPARATOR", "No such comparator");
    if (!only_asks)
        session.collation = wanted.front()->collation;
    put_comparator(session, wanted);
    return Completion::ok("COMPARATOR completed");
}

} // namespace mailctl::imap
