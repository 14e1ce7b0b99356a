// Parses and writes Mailbox of RFC 5321.
#include "core/address/address.h"

#include <algorithm>

#include "core/address/literal.h"
#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace mailctl::address {
namespace {

// A path is a mailbox between "<" and ">" (RFC 5321 §4.5.3.1.3).
constexpr std::size_t kMaxMailboxOctets = kMaxPathOctets - 2;

Error invalid(std::string_view what, std::size_t at)
{
    return Error(Errc::Invalid, std::string(what) + " at octet " + std::to_string(at + 1));
}

// RFC 5322 §3.2.3
bool is_atext(char c)
{
    return ascii::is_alnum(c) || (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) !=
                                                   std::string_view::npos);
}

/// A local part as read: its value, and how many octets it took.
struct ReadLocalPart {
    std::string value;
    std::size_t octets = 0;
};

/// Takes one UTF8-non-ascii at `at` (RFC 6531 §3.3). Gives its octets.
Result<std::size_t> take_non_ascii(std::string_view text, std::size_t at, Utf8 utf8)
{
    if (utf8 == Utf8::No)
        return invalid("local part is not ASCII", at);
    const std::size_t octets = utf8::octets_of_first(text.substr(at));
    if (octets == 0)
        return invalid("local part is not UTF-8", at);
    return octets;
}

// Quoted-string = DQUOTE *QcontentSMTP DQUOTE
// QcontentSMTP  = %d32-33 / %d35-91 / %d93-126 / "\" %d32-126
Result<ReadLocalPart> read_quoted(std::string_view text, Utf8 utf8)
{
    ReadLocalPart read;
    std::size_t at = 1;
    while (at < text.size() && text[at] != '"') {
        if (text[at] == '\\' && ++at == text.size())
            break;
        const char c = text[at];
        if (ascii::is_control(c))
            return invalid("control character in quoted local part", at);
        std::size_t octets = 1;
        if (ascii::is_8bit(c)) {
            TRY(octets, take_non_ascii(text, at, utf8));
        }
        read.value += text.substr(at, octets);
        at += octets;
    }
    if (at >= text.size())
        return invalid("quoted local part does not end", text.size());
    if (read.value.empty())
        return invalid("local part is empty", 0); // RFC 5321 §4.1.2, but: "" names nobody
    read.octets = at + 1;
    return read;
}

// Dot-string = Atom *("." Atom)
Result<ReadLocalPart> read_dot_string(std::string_view text, Utf8 utf8)
{
    std::size_t at = 0;
    bool atom_begins = true;
    while (at < text.size() && text[at] != '@') {
        if (text[at] == '.') {
            if (atom_begins)
                return invalid("local part has a dot without a name before it", at);
            atom_begins = true;
            ++at;
            continue;
        }
        std::size_t octets = 1;
        if (ascii::is_8bit(text[at])) {
            TRY(octets, take_non_ascii(text, at, utf8));
        } else if (!is_atext(text[at])) {
            return invalid("local part has a character that must be quoted", at);
        }
        atom_begins = false;
        at += octets;
    }
    if (at == 0)
        return invalid("local part is empty", 0);
    if (atom_begins)
        return invalid("local part ends with a dot", at - 1);
    return ReadLocalPart{std::string(text.substr(0, at)), at};
}

Result<std::string> read_domain(std::string_view text, Utf8 utf8, Literal literal)
{
    if (text.starts_with('[')) {
        if (literal == Literal::No)
            return Error(Errc::Invalid, "address literals are not taken here");
        return canonical_literal(text);
    }
    if (utf8 == Utf8::No && std::any_of(text.begin(), text.end(), ascii::is_8bit))
        return Error(Errc::Invalid, "domain is not ASCII");
    return canonical_domain(text);
}

bool is_dot_string(std::string_view local_part)
{
    if (local_part.empty() || local_part.front() == '.' || local_part.back() == '.' ||
        local_part.find("..") != std::string_view::npos)
        return false;
    return std::all_of(local_part.begin(), local_part.end(), [](char c) {
        return c == '.' || is_atext(c) || ascii::is_8bit(c);
    });
}

} // namespace

Result<Address> parse(std::string_view text, Utf8 utf8, Literal literal)
{
    const bool quoted = text.starts_with('"');
    TRY(auto local, quoted ? read_quoted(text, utf8) : read_dot_string(text, utf8));
    if (local.octets > kMaxLocalPartOctets)
        return Error(Errc::Invalid, "local part is over 64 octets");
    if (local.octets == text.size() || text[local.octets] != '@')
        return invalid("no \"@\" after the local part", local.octets);

    TRY(auto domain, read_domain(text.substr(local.octets + 1), utf8, literal));
    if (local.octets + 1 + domain.size() > kMaxMailboxOctets)
        return Error(Errc::Invalid, "address is over 254 octets");
    return Address{std::move(local.value), std::move(domain)};
}

std::string to_string(const Address& address)
{
    if (is_dot_string(address.local_part))
        return address.local_part + '@' + address.domain;
    std::string out = "\"";
    for (const char c : address.local_part) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + "\"@" + address.domain;
}

Address folded(const Address& address)
{
    return Address{ascii::lower(address.local_part), address.domain};
}

Subaddress split_subaddress(std::string_view local_part, std::string_view separators)
{
    const auto at = local_part.find_first_of(separators, 1);
    if (local_part.empty() || separators.empty() || at == std::string_view::npos)
        return {std::string(local_part), {}};
    return {std::string(local_part.substr(0, at)), std::string(local_part.substr(at + 1))};
}

bool matches_wildcard(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos; // the last "*" met, and
    std::size_t tried = 0;                     // where its run ends at present
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            tried = t;
        } else if (p < pattern.size() &&
                   ascii::to_lower(pattern[p]) == ascii::to_lower(text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++tried;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

} // namespace mailctl::address
