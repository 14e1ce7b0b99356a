// The tokens of RFC 3501 §9.
#include "core/imap/lexer.h"

#include <algorithm>
#include <limits>

#include "core/base/ascii.h"
#include "core/imap/limits.h"
#include "core/imap/utf7.h"

namespace mailctl::imap {
namespace {

Error syntax(const char* what)
{
    return Error(Errc::Invalid, what);
}

/// ATOM-CHAR = <any CHAR except atom-specials>
constexpr bool is_atom_char(char c)
{
    return c > ' ' && c < 127 && c != '(' && c != ')' && c != '{' && c != '%' && c != '*' &&
           c != '"' && c != '\\' && c != ']';
}

/// ASTRING-CHAR = ATOM-CHAR / resp-specials
constexpr bool is_astring_char(char c) { return is_atom_char(c) || c == ']'; }

/// list-char = ATOM-CHAR / list-wildcards / resp-specials
constexpr bool is_list_char(char c) { return is_astring_char(c) || c == '%' || c == '*'; }

} // namespace

void swap_delimiter(std::string& name, char delimiter)
{
    if (delimiter == '/')
        return;
    for (char& c : name) {
        if (c == delimiter)
            c = '/';
        else if (c == '/')
            c = delimiter;
    }
}

bool Lexer::accept(char c)
{
    if (at_end() || text_[at_] != c)
        return false;
    ++at_;
    return true;
}

bool Lexer::is_forgotten(std::string_view word) const
{
    return std::find(forgotten_.begin(), forgotten_.end(), word) != forgotten_.end();
}

bool Lexer::accept_text(std::string_view text)
{
    if (!ascii::starts_with_ignoring_case(rest(), text) || is_forgotten(text))
        return false;
    at_ += text.size();
    return true;
}

bool Lexer::accept_word(std::string_view word)
{
    const auto left = rest();
    if (!ascii::starts_with_ignoring_case(left, word))
        return false;
    if (left.size() > word.size() && is_atom_char(left[word.size()]))
        return false;
    if (is_forgotten(word))
        return false;
    at_ += word.size();
    return true;
}

Result<> Lexer::expect(char c)
{
    if (accept(c))
        return ok();
    switch (c) {
    case ' ':
        return syntax(at_end() ? "Missing argument" : "Missing space");
    case '(':
        return syntax("Missing opening parenthesis");
    case ')':
        return syntax("Missing closing parenthesis");
    default:
        return syntax("Malformed argument");
    }
}

Result<> Lexer::end() const
{
    if (!at_end())
        return syntax("Too many arguments");
    return ok();
}

template <class Predicate>
std::string_view Lexer::take_while(Predicate predicate)
{
    const auto start = at_;
    while (!at_end() && predicate(text_[at_]))
        ++at_;
    return text_.substr(start, at_ - start);
}

Result<std::string_view> Lexer::tag()
{
    const auto tag = take_while([](char c) { return is_astring_char(c) && c != '+'; });
    if (tag.empty() || tag.size() > kTagOctets)
        return syntax("Malformed tag");
    return tag;
}

Result<std::string_view> Lexer::atom()
{
    const auto atom = take_while(is_atom_char);
    if (atom.empty())
        return syntax(at_end() ? "Missing argument" : "Malformed atom");
    return atom;
}

/// quoted = DQUOTE *QUOTED-CHAR DQUOTE
/// RFC 3501 §9, but: octets over 127 are taken, since clients send UTF-8 here.
Result<std::string> Lexer::quoted()
{
    std::string value;
    for (++at_; !at_end(); ++at_) {
        char c = text_[at_];
        if (c == '"') {
            ++at_;
            return value;
        }
        if (c == '\\') {
            if (++at_; peek() != '"' && peek() != '\\')
                return syntax("Malformed quoted string");
            c = text_[at_];
        }
        if (c == '\r' || c == '\n' || c == '\0')
            break;
        value += c;
    }
    return syntax("Unterminated quoted string");
}

/// literal = "{" number ["+"] "}" CRLF *CHAR8
Result<std::string> Lexer::literal(Nul nul)
{
    const auto line_end = text_.find("\r\n", at_);
    if (line_end == std::string_view::npos)
        return syntax("Malformed literal");
    const auto announced = announced_literal(text_.substr(at_, line_end - at_));
    if (!announced || announced->octets > text_.size() - line_end - 2)
        return syntax("Malformed literal");
    at_ = line_end + 2 + announced->octets;
    const auto octets = text_.substr(line_end + 2, announced->octets);
    if (nul == Nul::Refused && octets.find('\0') != std::string_view::npos)
        return syntax("NUL in a literal");
    return std::string(octets);
}

Result<std::string> Lexer::string()
{
    if (peek() == '"')
        return quoted();
    if (peek() == '{')
        return literal(Nul::Refused);
    return syntax(at_end() ? "Missing argument" : "Missing string");
}

Result<std::string> Lexer::astring()
{
    if (peek() == '"' || peek() == '{')
        return string();
    const auto plain = take_while(is_astring_char);
    if (plain.empty())
        return syntax(at_end() ? "Missing argument" : "Malformed string");
    return std::string(plain);
}

Result<std::optional<std::string>> Lexer::nstring()
{
    if (accept_word("NIL"))
        return std::optional<std::string>();
    TRY(auto value, string());
    return std::optional<std::string>(std::move(value));
}

Result<std::optional<std::string>> Lexer::value()
{
    if (!accept('~'))
        return nstring();
    TRY(auto octets, literal(Nul::Allowed));
    return std::optional(std::move(octets));
}

/// INBOX is one name in any case, also as the first level (RFC 3501 §5.1).
Result<std::string> Lexer::name_of(std::string_view wire) const
{
    std::string name(wire);
    if (!has_utf8_names_) {
        TRY(name, decode_utf7(wire));
    } else if (!is_utf8(wire)) {
        return syntax("Mailbox name is not UTF-8");
    }
    swap_delimiter(name, delimiter_);
    if (ascii::starts_with_ignoring_case(name, "inbox") && (name.size() == 5 || name[5] == '/'))
        name.replace(0, 5, "INBOX");
    return name;
}

Result<std::string> Lexer::mailbox()
{
    TRY(const auto wire, astring());
    return name_of(wire);
}

Result<std::string> Lexer::list_mailbox()
{
    if (peek() == '"' || peek() == '{') {
        TRY(const auto wire, string());
        return name_of(wire);
    }
    const auto plain = take_while(is_list_char);
    if (plain.empty())
        return syntax(at_end() ? "Missing argument" : "Malformed mailbox pattern");
    return name_of(plain);
}

Result<std::uint32_t> Lexer::number()
{
    const auto digits = take_while(ascii::is_digit);
    const auto value = ascii::parse_number<std::uint32_t>(digits);
    if (!value)
        return syntax(digits.empty() ? "Missing number" : "Number too large");
    return *value;
}

Result<std::uint32_t> Lexer::nz_number()
{
    TRY(const auto value, number());
    if (value == 0)
        return syntax("Number must not be zero");
    return value;
}

Result<std::uint64_t> Lexer::octets()
{
    if (has_number64_)
        return number64();
    TRY(const auto value, number());
    return std::uint64_t{value};
}

Result<ModSeq> Lexer::mod_seq()
{
    TRY(const auto value, number64());
    return ModSeq(value);
}

Result<std::uint64_t> Lexer::number64()
{
    const auto digits = take_while(ascii::is_digit);
    const auto value = ascii::parse_number<std::uint64_t>(digits);
    if (!value || *value > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
        return syntax(digits.empty() ? "Missing number" : "Number too large");
    return *value;
}

Result<SequenceSet> Lexer::sequence_set()
{
    if (!is_forgotten("$") && accept('$'))
        return SequenceSet::parse("$");
    const auto text = take_while(
        [](char c) { return ascii::is_digit(c) || c == '*' || c == ':' || c == ','; });
    return SequenceSet::parse(text);
}

std::optional<Announced> announced_literal(std::string_view line)
{
    if (line.empty() || line.back() != '}')
        return std::nullopt;
    const auto open = line.rfind('{');
    if (open == std::string_view::npos)
        return std::nullopt;
    auto digits = line.substr(open + 1, line.size() - open - 2);
    const bool plus = !digits.empty() && digits.back() == '+';
    if (plus)
        digits.remove_suffix(1);
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    const auto octets = ascii::parse_number<std::uint64_t>(digits);
    return Announced{octets.value_or(std::numeric_limits<std::uint64_t>::max()), !plus};
}

} // namespace mailctl::imap
