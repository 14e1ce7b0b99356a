// Follows just enough of each protocol to know what must not be in a log.
#include "core/server/transcript.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"

namespace mailctl::server {
namespace {

using conf::Protocol;

bool is_smtp(Protocol protocol)
{
    return protocol != Protocol::Imap && protocol != Protocol::Pop3;
}

/// The word that begins at `at`; `at` moves behind it and its blank.
std::string_view next_word(std::string_view line, std::size_t& at)
{
    const auto begin = std::min(line.find_first_not_of(' ', at), line.size());
    const auto end = std::min(line.find(' ', begin), line.size());
    at = std::min(end + 1, line.size());
    return line.substr(begin, end - begin);
}

bool is(std::string_view word, std::string_view name)
{
    return ascii::equals_ignoring_case(word, name);
}

/// "{12}" or "{12+}" at the end of an IMAP line: RFC 3501 §4.3, RFC 7888. 0: none.
std::uint64_t literal_after(std::string_view line)
{
    if (!line.ends_with('}'))
        return 0;
    const auto open = line.rfind('{');
    if (open == std::string_view::npos)
        return 0;
    auto digits = line.substr(open + 1, line.size() - open - 2);
    if (digits.ends_with('+') || digits.ends_with('-'))
        digits.remove_suffix(1);
    return ascii::parse_number<std::uint64_t>(digits).value_or(0);
}

} // namespace

void Transcript::client(std::string_view octets)
{
    pass(Side::Client, client_, octets);
}

void Transcript::server(std::string_view octets)
{
    pass(Side::Server, server_, octets);
}

void Transcript::pass(Side side, Flow& flow, std::string_view octets)
{
    while (!octets.empty()) {
        if (flow.literal > 0) {
            const auto some = std::min<std::uint64_t>(flow.literal, octets.size());
            flow.literal -= some;
            flow.hidden += some;
            octets.remove_prefix(some);
            if (flow.literal == 0)
                tell_hidden(side, flow);
            continue;
        }
        const auto newline = octets.find('\n');
        const auto some = octets.substr(0, newline);
        flow.line_octets += some.size();
        flow.line += some.substr(0, kMaxWireOctets - std::min(kMaxWireOctets, flow.line.size()));
        if (newline == std::string_view::npos)
            return;
        octets.remove_prefix(newline + 1);
        end_line(side, flow);
    }
}

void Transcript::tell_hidden(Side side, Flow& flow)
{
    if (flow.hidden > 0)
        say_(side, "(" + std::to_string(flow.hidden) + " octets)");
    flow.hidden = 0;
}

void Transcript::end_line(Side side, Flow& flow)
{
    std::string line = std::move(flow.line);
    const auto octets = std::exchange(flow.line_octets, 0);
    const bool is_cut = octets > line.size();
    flow.line.clear();
    if (!is_cut && line.ends_with('\r'))
        line.pop_back();
    if (flow.until_dot && line != ".") {
        flow.hidden += octets + 1;
        return;
    }
    if (std::exchange(flow.until_dot, false))
        tell_hidden(side, flow);
    if (is_cut)
        line += "... (" + std::to_string(octets) + " octets)";
    if (side == Side::Client)
        on_client(line);
    else
        on_server(line);
}

/// The command as it may be logged; a login makes all that follows secret until its reply.
std::string Transcript::redacted(const std::string& line)
{
    const bool has_tag = protocol_ == Protocol::Imap;
    std::size_t at = 0;
    login_tag_ = has_tag ? next_word(line, at) : std::string_view();
    const auto verb = has_tag && is(login_tag_, "LOGIN") ? "LOGIN" : next_word(line, at); // no tag
    if (is(verb, "AUTH") || is(verb, "AUTHENTICATE"))
        next_word(line, at);
    else if (!(has_tag && is(verb, "LOGIN")) &&
             !(protocol_ == Protocol::Pop3 && (is(verb, "PASS") || is(verb, "APOP"))))
        return line;
    is_secret_ = !is(verb, "PASS") && !is(verb, "APOP");
    return at == line.size() && line.back() != ' ' ? line : line.substr(0, at) + "***";
}

void Transcript::on_client(const std::string& line)
{
    const bool was_secret = is_secret_;
    say_(Side::Client, was_secret ? "***" : redacted(line));
    std::size_t at = 0;
    const auto verb = next_word(line, at);
    if (protocol_ == Protocol::Imap)
        client_.literal = literal_after(line);
    else if (is_smtp(protocol_) && is(verb, "BDAT") && !was_secret) // RFC 3030 §2
        client_.literal = ascii::parse_number<std::uint64_t>(next_word(line, at)).value_or(0);
    else if (protocol_ == Protocol::Pop3 && !was_secret)
        pop3_texts_.push_back(is(verb, "RETR") || is(verb, "TOP"));
}

void Transcript::on_pop3_reply(const std::string& line)
{
    if (pop3_texts_.empty() || !(line.starts_with("+OK") || line.starts_with("-ERR")))
        return;
    server_.until_dot = pop3_texts_.front() && line.front() == '+';
    pop3_texts_.pop_front();
}

void Transcript::on_server(const std::string& line)
{
    say_(Side::Server, line);
    if (protocol_ == Protocol::Imap) {
        server_.literal = literal_after(line);
        is_secret_ = is_secret_ && !line.starts_with(login_tag_ + " ");
    } else if (protocol_ == Protocol::Pop3) {
        is_secret_ = line.starts_with("+ "); // RFC 5034 §4
        on_pop3_reply(line);
    } else {
        is_secret_ = line.starts_with("334"); // RFC 4954 §4
        client_.until_dot = client_.until_dot || line.starts_with("354");
    }
}

} // namespace mailctl::server
