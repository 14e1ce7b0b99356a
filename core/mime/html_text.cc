// Takes markup out of HTML.
#include "core/mime/html_text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/base/ascii.h"

namespace mailctl::mime {
namespace {

constexpr std::size_t kMaxReferenceOctets = 12; // "&thetasym;" and numbers; longer is text
constexpr std::size_t kMaxTagOctets = 16;       // of its name; the rest of a tag does not matter

/// Elements within a word: the text before and after belongs together.
constexpr std::string_view kWithinWords[] = {"a",   "abbr", "b",    "big", "em",   "font",   "i",  "ins", "mark",
                                             "s",   "small", "span", "strong", "sub", "sup", "tt", "u",   "wbr"};

/// Names of U+00A0 to U+00FF, in order.
constexpr std::string_view kLatin1[] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",    "copy",   "ordf",   "laquo",
    "not",    "shy",    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",  "micro",  "para",   "middot",
    "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",
    "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",
    "Uuml",   "Yacute", "THORN",  "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute",
    "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};
static_assert(std::size(kLatin1) == 96);

struct Named {
    std::string_view name;
    std::uint32_t character;
};
constexpr Named kNamed[] = {
    {"amp", '&'},       {"lt", '<'},        {"gt", '>'},        {"quot", '"'},      {"apos", '\''},
    {"euro", 0x20AC},   {"hellip", 0x2026}, {"ndash", 0x2013},  {"mdash", 0x2014},  {"lsquo", 0x2018},
    {"rsquo", 0x2019},  {"sbquo", 0x201A},  {"ldquo", 0x201C},  {"rdquo", 0x201D},  {"bdquo", 0x201E},
    {"bull", 0x2022},   {"trade", 0x2122},  {"ensp", 0x2002},   {"emsp", 0x2003},   {"thinsp", 0x2009},
    {"zwnj", 0x200C},   {"zwj", 0x200D},    {"lrm", 0x200E},    {"rlm", 0x200F},    {"OElig", 0x152},
    {"oelig", 0x153},   {"Scaron", 0x160},  {"scaron", 0x161},  {"Yuml", 0x178},    {"lsaquo", 0x2039},
    {"rsaquo", 0x203A}, {"larr", 0x2190},   {"rarr", 0x2192},   {"dagger", 0x2020}, {"permil", 0x2030},
};

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

std::string utf8_of(std::uint32_t character)
{
    const auto octet = [](std::uint32_t value) { return static_cast<char>(value); };
    const auto more = [&](unsigned shift) { return octet(0x80 | (character >> shift & 0x3F)); };
    if (character < 0x80)
        return {octet(character)};
    if (character < 0x800)
        return {octet(0xC0 | character >> 6), more(0)};
    if (character < 0x10000)
        return {octet(0xE0 | character >> 12), more(6), more(0)};
    return {octet(0xF0 | character >> 18), more(12), more(6), more(0)};
}

/// "#228" or "#xe4"; 0: not a character.
std::uint32_t numbered(std::string_view digits)
{
    const bool is_hex = digits.starts_with('x') || digits.starts_with('X');
    if (is_hex)
        digits.remove_prefix(1);
    std::uint32_t value = 0;
    for (const char c : digits) {
        const char lower = static_cast<char>(c | 0x20);
        const bool is_letter = is_hex && lower >= 'a' && lower <= 'f';
        if (!ascii::is_digit(c) && !is_letter)
            return 0;
        value = value * (is_hex ? 16 : 10) + static_cast<std::uint32_t>(is_letter ? lower - 'a' + 10 : c - '0');
        if (value > 0x10FFFF)
            return 0;
    }
    return value >= 0xD800 && value < 0xE000 ? 0 : value;
}

/// What "&name;" stands for; 0: nothing known.
std::uint32_t character_of(std::string_view name)
{
    if (name.starts_with('#'))
        return numbered(name.substr(1));
    if (const auto* found = std::find(std::begin(kLatin1), std::end(kLatin1), name); found != std::end(kLatin1))
        return 0xA0 + static_cast<std::uint32_t>(found - std::begin(kLatin1));
    for (const auto& row : kNamed)
        if (row.name == name)
            return row.character;
    return 0;
}

} // namespace

void HtmlText::feed(std::string_view html, std::string& out)
{
    for (const char c : html)
        take(c, out);
}

void HtmlText::finish(std::string& out)
{
    const bool was_text = state_ == State::Reference || (state_ == State::Tag && held_.size() <= 1);
    state_ = State::Text;
    if (was_text)
        put(std::exchange(held_, {}), out);
    *this = HtmlText();
}

void HtmlText::put(std::string_view text, std::string& out)
{
    if (!hidden_.empty())
        return;
    if (is_blank_due_ && has_text_)
        out += ' ';
    is_blank_due_ = false;
    has_text_ = true;
    out += text;
}

void HtmlText::take(char c, std::string& out)
{
    switch (state_) {
    case State::Text:
        return take_text(c, out);
    case State::Tag:
        return take_in_tag(c, out);
    case State::Reference:
        return take_in_reference(c, out);
    case State::Comment:
        // The end of "-->": "held_" is what was seen of it.
        if (c == '>' && held_ == "--")
            state_ = State::Text;
        if (c != '-')
            held_.clear();
        else if (held_.size() < 2)
            held_ += c;
        if (state_ == State::Text)
            held_.clear();
        return;
    }
}

void HtmlText::take_text(char c, std::string& out)
{
    if (c == '<' || (c == '&' && hidden_.empty())) {
        held_ = c;
        state_ = c == '<' ? State::Tag : State::Reference;
    } else if (is_blank(c)) {
        put_blank();
    } else {
        put({&c, 1}, out);
    }
}

void HtmlText::take_in_tag(char c, std::string& out)
{
    const bool is_first = held_.size() == 1;
    if (is_first && !ascii::is_alpha(c) && c != '/' && c != '!' && c != '?') { // "a < b"
        state_ = State::Text;
        put("<", out);
        held_.clear();
        return take_text(c, out);
    }
    if (c == '>')
        return end_tag();
    if (held_.size() < kMaxTagOctets)
        held_ += c;
    if (held_ == "<!--") {
        state_ = State::Comment;
        held_.clear();
    }
}

void HtmlText::end_tag()
{
    state_ = State::Text;
    auto name = std::string_view(held_).substr(1);
    const bool is_end = name.starts_with('/');
    if (is_end)
        name.remove_prefix(1);
    const auto end = std::find_if_not(name.begin(), name.end(), [](char c) { return ascii::is_alpha(c) || ascii::is_digit(c); });
    const auto lower = ascii::lower(name.substr(0, static_cast<std::size_t>(end - name.begin())));
    held_.clear();
    if (!hidden_.empty()) {
        if (is_end && lower == hidden_)
            hidden_.clear();
        return;
    }
    if (!is_end && (lower == "style" || lower == "script"))
        hidden_ = lower;
    if (std::find(std::begin(kWithinWords), std::end(kWithinWords), lower) == std::end(kWithinWords))
        put_blank();
}

void HtmlText::take_in_reference(char c, std::string& out)
{
    const bool belongs = ascii::is_alpha(c) || ascii::is_digit(c) || (c == '#' && held_.size() == 1);
    if (belongs && held_.size() < kMaxReferenceOctets) {
        held_ += c;
        return;
    }
    state_ = State::Text;
    const auto character = character_of(std::string_view(held_).substr(1));
    const auto text = std::exchange(held_, {});
    if (character == 0) {
        put(text, out);
        return take_text(c, out);
    }
    if (character == 0xA0)
        put_blank();
    else
        put(utf8_of(character), out);
    if (c != ';')
        take_text(c, out);
}

} // namespace mailctl::mime
