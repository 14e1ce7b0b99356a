// Parses replies: code, enhanced code, text; RFC 5321 §4.2.1, RFC 2034 §4.
#include "core/smtp/peer_reply.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace mailctl::smtp {
namespace {

/// The code at the line's start; 0 where there is none. reply-code = %x32-35 %x30-35 %x30-39, but:
/// any second digit, other servers make codes up.
int code_of(std::string_view line)
{
    if (line.size() < 3 || line[0] < '2' || line[0] > '5' || !ascii::is_digit(line[1]) ||
        !ascii::is_digit(line[2]))
        return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

std::size_t digits_at(std::string_view text, std::size_t at)
{
    std::size_t count = 0;
    while (at + count < text.size() && ascii::is_digit(text[at + count]))
        ++count;
    return count;
}

/// The octets of an enhanced code of the reply's own class, with the space after it; 0: none.
/// RFC 2034 §4: status-code = ("2"/"4"/"5") "." 1*3digit "." 1*3digit
std::size_t enhanced_octets(std::string_view text, char code_class)
{
    if (text.size() < 5 || text[0] != code_class || text[1] != '.' || code_class == '3')
        return 0;
    const std::size_t subject = digits_at(text, 2);
    const std::size_t dot = 2 + subject;
    if (subject < 1 || subject > 3 || dot >= text.size() || text[dot] != '.')
        return 0;
    const std::size_t detail = digits_at(text, dot + 1);
    const std::size_t end = dot + 1 + detail;
    if (detail < 1 || detail > 3 || (end < text.size() && text[end] != ' '))
        return 0;
    return end;
}

bool is_plain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return !ascii::is_control(c) && !ascii::is_8bit(c); });
}

} // namespace

std::string PeerReply::line() const
{
    std::string out;
    if (code != 0)
        out = std::to_string(code);
    if (!enhanced.empty())
        out += (out.empty() ? "" : " ") + enhanced;
    if (!text.empty())
        out += (out.empty() ? "" : " ") + text;
    std::replace(out.begin(), out.end(), '\n', ' ');
    return out;
}

PeerReply own_words(std::string_view enhanced, std::string text)
{
    PeerReply reply;
    reply.enhanced = enhanced;
    reply.text = std::move(text);
    return reply;
}

ReplyParser::State ReplyParser::feed(std::string_view& input)
{
    State state = State::More;
    while (state == State::More) {
        const auto newline = input.find('\n');
        if (newline == std::string_view::npos)
            return input.size() > kMaxReplyLineOctets + 1 ? State::Bad : State::More;
        const bool has_cr = newline > 0 && input[newline - 1] == '\r';
        state = take_line(input.substr(0, has_cr ? newline - 1 : newline));
        input.remove_prefix(newline + 1);
    }
    return state;
}

ReplyParser::State ReplyParser::take_line(std::string_view line)
{
    const int code = code_of(line);
    if (line.size() > kMaxReplyLineOctets || ++lines_ > kMaxReplyLines || code == 0)
        return State::Bad;
    const bool goes_on = line.size() > 3 && line[3] == '-';
    if (line.size() > 3 && line[3] != '-' && line[3] != ' ')
        return State::Bad;
    if (lines_ == 1)
        reply_.code = code;
    else if (code != reply_.code) // RFC 5321 §4.2.1: the same on every line
        return State::Bad;
    std::string_view text = line.substr(std::min<std::size_t>(line.size(), 4));
    const bool may_be_enhanced = enhanced_ == Enhanced::All || code >= 400;
    if (const auto octets = may_be_enhanced ? enhanced_octets(text, line[0]) : 0; octets > 0) {
        if (lines_ == 1)
            reply_.enhanced = text.substr(0, octets);
        if (text.substr(0, octets) == reply_.enhanced)
            text.remove_prefix(std::min(text.size(), octets + 1));
    }
    if (lines_ > 1 && reply_.text.size() < kept_octets_)
        reply_.text += '\n';
    append_text(text);
    return goes_on ? State::More : State::Done;
}

void ReplyParser::append_text(std::string_view text)
{
    std::string& out = reply_.text;
    if (text.size() <= kept_octets_ - out.size() && is_plain(text)) {
        out += text;
        return;
    }
    while (!text.empty()) {
        const unsigned octets = utf8::octets_of_first(text);
        const std::size_t count = std::max(octets, 1U);
        if (out.size() + count > kept_octets_)
            return;
        if (octets == 0 || ascii::is_control(text.front()))
            out += '?';
        else
            out += text.substr(0, count);
        text.remove_prefix(count);
    }
}

} // namespace mailctl::smtp
