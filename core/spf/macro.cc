// Reads macro strings and puts values in.
#include "core/spf/macro.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::spf {
namespace {

constexpr std::size_t kMaxLabelOctets = 63;
/// Names grow no longer than this while they are made. What counts is on the right: of 253 octets.
constexpr std::size_t kNameRoomOctets = 4096;
constexpr std::string_view kLetters = "slodiphv";
constexpr std::string_view kExplanationLetters = "crt";
constexpr std::string_view kDelimiters = ".-+,/_=";

bool holds(std::string_view set, char c)
{
    return set.find(c) != std::string_view::npos;
}

/// macro-literal of RFC 7208 §7.1, and the SP of an explain-string.
bool is_literal(char c, MacroUse use)
{
    return (c > ' ' && c <= '~' && c != '%') || (c == ' ' && use == MacroUse::Explanation);
}

/// toplabel: letters, digits and inner hyphens, not digits alone.
bool is_toplabel(std::string_view label)
{
    const auto is_inner = [](char c) { return ascii::is_alnum(c) || c == '-'; };
    return !label.empty() && ascii::is_alnum(label.front()) && ascii::is_alnum(label.back()) &&
           std::all_of(label.begin(), label.end(), is_inner) &&
           !std::all_of(label.begin(), label.end(), ascii::is_digit);
}

/// RFC 3986 §2.3: all but the unreserved characters.
std::string url_escaped(std::string_view text)
{
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (ascii::is_alnum(c) || holds("-._~", c)) {
            out += c;
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        out += '%';
        out += kDigits[octet >> 4];
        out += kDigits[octet & 15];
    }
    return out;
}

std::vector<std::string_view> split(std::string_view text, std::string_view delimiters)
{
    std::vector<std::string_view> parts;
    for (std::size_t at = 0;;) {
        const auto end = text.find_first_of(delimiters, at);
        parts.push_back(text.substr(at, end == std::string_view::npos ? end : end - at));
        if (end == std::string_view::npos)
            return parts;
        at = end + 1;
    }
}

} // namespace

/// "d2r-": a letter, how many parts on the right, whether from the right, and what parts them.
Result<MacroString::Part> MacroString::parse_macro(std::string_view inner, MacroUse use)
{
    Part part;
    if (inner.empty())
        return Error(Errc::Invalid, "an empty macro");
    part.letter = ascii::to_lower(inner.front());
    part.is_url = ascii::is_upper(inner.front());
    if (!holds(kLetters, part.letter) && !holds(kExplanationLetters, part.letter))
        return Error(Errc::Invalid, "no such macro: " + std::string(1, inner.front()));
    if (!holds(kLetters, part.letter) && use == MacroUse::Domain)
        return Error(Errc::Invalid, "a macro for explanations alone: " + std::string(1, part.letter));
    inner.remove_prefix(1);
    bool counts = false;
    for (; !inner.empty() && ascii::is_digit(inner.front()); inner.remove_prefix(1)) {
        counts = true;
        part.keep = std::min(part.keep * 10 + static_cast<unsigned>(inner.front() - '0'), 10'000U);
    }
    if (counts && part.keep == 0) // RFC 7208 §7.1
        return Error(Errc::Invalid, "a macro that keeps no parts");
    if (!inner.empty() && ascii::to_lower(inner.front()) == 'r') {
        part.is_reversed = true;
        inner.remove_prefix(1);
    }
    for (const char c : inner) {
        if (!holds(kDelimiters, c))
            return Error(Errc::Invalid, "a bad delimiter in a macro");
        if (!holds(part.delimiters, c))
            part.delimiters += c;
    }
    return part;
}

void MacroString::add_literal(char c)
{
    if (parts_.empty() || parts_.back().letter != 0 || parts_.back().is_escape)
        parts_.emplace_back();
    parts_.back().text += c;
}

Result<MacroString> MacroString::parse(std::string_view text, MacroUse use)
{
    MacroString out;
    while (!text.empty()) {
        const char c = text.front();
        if (c != '%') {
            if (!is_literal(c, use))
                return Error(Errc::Invalid, "a character that is not allowed");
            out.add_literal(c);
            text.remove_prefix(1);
            continue;
        }
        const char next = text.size() > 1 ? text[1] : '\0';
        if (next == '{') {
            const auto end = text.find('}');
            if (end == std::string_view::npos)
                return Error(Errc::Invalid, "a macro without \"}\"");
            TRY(Part part, parse_macro(text.substr(2, end - 2), use));
            out.parts_.push_back(std::move(part));
            text.remove_prefix(end + 1);
            continue;
        }
        Part part;
        part.is_escape = true;
        if (next == '%')
            part.text = "%";
        else if (next == '_')
            part.text = " ";
        else if (next == '-')
            part.text = "%20";
        else
            return Error(Errc::Invalid, "a \"%\" that starts no macro");
        out.parts_.push_back(std::move(part));
        text.remove_prefix(2);
    }
    return out;
}

bool MacroString::names(char letter) const
{
    return std::any_of(parts_.begin(), parts_.end(),
                       [letter](const Part& part) { return part.letter == letter; });
}

bool MacroString::ends_as_domain() const
{
    if (parts_.empty())
        return false;
    const Part& last = parts_.back();
    if (last.letter != 0 || last.is_escape)
        return true;
    std::string_view text = last.text;
    if (text.ends_with('.'))
        text.remove_suffix(1);
    const auto dot = text.rfind('.');
    return dot != std::string_view::npos && is_toplabel(text.substr(dot + 1));
}

/// RFC 7208 §7.2
std::string MacroString::value_of(const Part& part, const MacroFacts& facts)
{
    switch (part.letter) {
    case 's': return facts.local_part + '@' + facts.sender_domain;
    case 'l': return facts.local_part;
    case 'o': return facts.sender_domain;
    case 'd': return facts.domain;
    case 'i': return facts.ip.dotted();
    case 'p': return facts.validated;
    case 'h': return facts.helo;
    case 'v': return facts.ip.is_ip6() ? "ip6" : "in-addr";
    case 'c': return facts.ip.text();
    case 'r': return facts.receiver.empty() ? "unknown" : facts.receiver;
    case 't':
        return std::to_string(
            std::chrono::duration_cast<seconds>(facts.now.time_since_epoch()).count());
    default: return {};
    }
}

std::string MacroString::expand(const MacroFacts& facts, std::size_t most_octets) const
{
    std::string out;
    for (const Part& part : parts_) {
        if (part.letter == 0) {
            out += part.text;
        } else {
            const std::string value = value_of(part, facts);
            auto pieces = split(value, part.delimiters.empty() ? "." : part.delimiters);
            if (part.is_reversed)
                std::reverse(pieces.begin(), pieces.end());
            if (part.keep > 0 && pieces.size() > part.keep)
                pieces.erase(pieces.begin(), pieces.end() - part.keep);
            std::string joined;
            for (std::size_t i = 0; i < pieces.size(); ++i)
                joined.append(i == 0 ? "" : ".").append(pieces[i]);
            out += part.is_url ? url_escaped(joined) : joined;
        }
        if (out.size() > most_octets)
            break;
    }
    return out;
}

Result<std::string> MacroString::expand_name(const MacroFacts& facts) const
{
    std::string name = expand(facts, kNameRoomOctets);
    if (name.size() > kNameRoomOctets)
        return Error(Errc::Invalid, "a name that is far too long");
    if (name.ends_with('.'))
        name.pop_back();
    while (name.size() > kMaxNameOctets) {
        const auto dot = name.find('.');
        name.erase(0, dot == std::string::npos ? dot : dot + 1);
    }
    if (!is_name(name))
        return Error(Errc::Invalid, "no domain name: " + ascii::printable(name));
    return name;
}

Result<MacroString> parse_domain_spec(std::string_view text)
{
    if (text.empty())
        return Error(Errc::Invalid, "no domain");
    TRY(MacroString spec, MacroString::parse(text, MacroUse::Domain));
    if (!spec.ends_as_domain())
        return Error(Errc::Invalid, "no domain name of two labels or more");
    return spec;
}

bool is_name(std::string_view text)
{
    if (text.empty() || text.size() > kMaxNameOctets)
        return false;
    const auto labels = ascii::split(text, '.');
    return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
        // RFC 8616 §4: a local part in UTF-8 makes no name, so that its term does not match.
        const auto is_taken = [](char c) { return c >= ' ' && c <= '~' && c != '\\' && c != '"'; };
        return !label.empty() && label.size() <= kMaxLabelOctets &&
               std::all_of(label.begin(), label.end(), is_taken);
    });
}

} // namespace mailctl::spf
