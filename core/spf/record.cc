// Reads records. RFC 7208 §12
#include "core/spf/record.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::spf {
namespace {

constexpr std::string_view kVersion = "v=spf1";

struct Word {
    std::string_view name;
    Mechanism mechanism;
};
constexpr Word kMechanisms[] = {
    {"all", Mechanism::All}, {"include", Mechanism::Include}, {"a", Mechanism::A},
    {"mx", Mechanism::Mx},   {"ptr", Mechanism::Ptr},         {"ip4", Mechanism::Ip4},
    {"ip6", Mechanism::Ip6}, {"exists", Mechanism::Exists},
};

Error bad(std::string why)
{
    return Error(Errc::Invalid, std::move(why));
}

std::optional<Verdict> qualifier_of(char c)
{
    switch (c) {
    case '+': return Verdict::Pass;
    case '-': return Verdict::Fail;
    case '?': return Verdict::Neutral;
    case '~': return Verdict::SoftFail;
    default: return std::nullopt;
    }
}

/// name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ); how long it is.
std::size_t name_length(std::string_view text)
{
    if (text.empty() || !ascii::is_alpha(text.front()))
        return 0;
    const auto end = std::find_if_not(text.begin(), text.end(), [](char c) {
        return ascii::is_alnum(c) || c == '-' || c == '_' || c == '.';
    });
    return static_cast<std::size_t>(end - text.begin());
}

/// The digits after "/": no leading zeros.
Result<unsigned> parse_bits(std::string_view digits, unsigned most)
{
    const bool zeros = digits.size() > 1 && digits.front() == '0';
    const bool plain = std::all_of(digits.begin(), digits.end(), ascii::is_digit);
    const auto bits = ascii::parse_number<unsigned>(digits);
    if (zeros || !plain || !bits || *bits > most)
        return bad("a prefix length is a number up to " + std::to_string(most));
    return *bits;
}

/// Takes "/digits" behind `slashes` off the end; nullopt: there are none.
std::optional<std::string_view> take_bits(std::string_view& text, std::string_view slashes)
{
    std::size_t at = text.size();
    while (at > 0 && ascii::is_digit(text[at - 1]))
        --at;
    if (!text.substr(0, at).ends_with(slashes))
        return std::nullopt;
    const auto digits = text.substr(at);
    text.remove_suffix(digits.size() + slashes.size());
    return digits;
}

/// dual-cidr-length: "/24", "//64" or "/24//64" at the end of what follows "a" and "mx".
Result<> take_dual_bits(std::string_view& text, Directive& directive)
{
    if (const auto digits = take_bits(text, "//")) {
        TRY(directive.ip6_bits, parse_bits(*digits, kIp6Bits));
    }
    if (const auto digits = take_bits(text, "/")) {
        TRY(directive.ip4_bits, parse_bits(*digits, kIp4Bits));
    }
    return ok();
}

/// What stands behind the ":" of a mechanism that takes a name.
Result<MacroString> parse_target(std::string_view text, std::string_view name)
{
    if (const auto ip = Ip::parse_as_written(text)) // often meant so
        return bad(std::string(name) + " takes a name, not an address: " +
                   (ip->is_ip6() ? "ip6:" : "ip4:") + ip->text());
    return parse_domain_spec(text);
}

Result<> parse_network(std::string_view text, Directive& directive)
{
    const bool is_ip6 = directive.mechanism == Mechanism::Ip6;
    if (!text.starts_with(':'))
        return bad("no address");
    text.remove_prefix(1);
    const auto slash = text.find('/');
    TRY(directive.network, Ip::parse_as_written(text.substr(0, slash)));
    if (directive.network.is_ip6() != is_ip6)
        return bad("an address of the other family");
    if (slash == std::string_view::npos)
        return ok();
    unsigned& bits = is_ip6 ? directive.ip6_bits : directive.ip4_bits;
    TRY(bits, parse_bits(text.substr(slash + 1), is_ip6 ? kIp6Bits : kIp4Bits));
    return ok();
}

/// `rest`: what follows the name.
Result<> parse_arguments(std::string_view name, std::string_view rest, Directive& directive)
{
    switch (directive.mechanism) {
    case Mechanism::All: return rest.empty() ? ok() : bad("all takes nothing");
    case Mechanism::Ip4:
    case Mechanism::Ip6: return parse_network(rest, directive);
    case Mechanism::A:
    case Mechanism::Mx: TRY_VOID(take_dual_bits(rest, directive)); break;
    case Mechanism::Include:
    case Mechanism::Exists:
        if (rest.empty())
            return bad("no domain");
        break;
    case Mechanism::Ptr: break;
    }
    if (rest.empty())
        return ok();
    if (!rest.starts_with(':'))
        return bad("a prefix length does not go here");
    TRY(directive.domain, parse_target(rest.substr(1), name));
    return ok();
}

/// With its qualifier.
Result<> add_directive(Record& record, std::string_view term)
{
    Directive directive;
    directive.text = term;
    if (const auto qualifier = qualifier_of(term.front())) {
        directive.qualifier = *qualifier;
        term.remove_prefix(1);
    }
    const auto name = term.substr(0, name_length(term));
    const auto known = std::find_if(
        std::begin(kMechanisms), std::end(kMechanisms),
        [name](const Word& word) { return ascii::equals_ignoring_case(word.name, name); });
    if (known == std::end(kMechanisms))
        return bad("no such mechanism");
    directive.mechanism = known->mechanism;
    TRY_VOID(parse_arguments(known->name, term.substr(name.size()), directive));
    record.directives.push_back(std::move(directive));
    return ok();
}

/// RFC 7208 §6: redirect and exp stand once; others are read and left alone.
Result<> add_modifier(Record& record, std::string_view term, std::size_t length)
{
    const auto name = term.substr(0, length);
    const auto value = term.substr(length + 1);
    const bool is_redirect = ascii::equals_ignoring_case(name, "redirect");
    if (!is_redirect && !ascii::equals_ignoring_case(name, "exp")) {
        TRY_VOID(MacroString::parse(value, MacroUse::Domain));
        return ok();
    }
    auto& place = is_redirect ? record.redirect : record.explanation;
    if (place)
        return bad("stands twice");
    Modifier modifier;
    TRY(modifier.domain, parse_domain_spec(value));
    modifier.text = term;
    place = std::move(modifier);
    return ok();
}

Result<> add_term(Record& record, std::string_view term)
{
    const std::size_t length = name_length(term);
    if (length > 0 && term.size() > length && term[length] == '=')
        return add_modifier(record, term, length);
    return add_directive(record, term);
}

} // namespace

bool Directive::asks_dns() const
{
    return mechanism != Mechanism::All && mechanism != Mechanism::Ip4 &&
           mechanism != Mechanism::Ip6;
}

bool is_record(std::string_view text)
{
    return ascii::starts_with_ignoring_case(text, kVersion) &&
           (text.size() == kVersion.size() || text[kVersion.size()] == ' ');
}

Result<Record> parse_record(std::string_view text)
{
    if (!is_record(text))
        return bad("no SPF record");
    if (text.size() > kMaxRecordOctets)
        return bad("a record over " + std::to_string(kMaxRecordOctets) + " octets");
    Record record;
    for (const auto term : ascii::split(text.substr(kVersion.size()), ' ')) {
        if (term.empty())
            continue;
        if (auto added = add_term(record, term); !added)
            return added.error().within("\"" + ascii::printable(term) + "\"");
    }
    return record;
}

} // namespace mailctl::spf
