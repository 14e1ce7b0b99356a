// Walks address lists without taking them apart.
#include "core/smtp/server/data/address_spans.h"

#include <algorithm>
#include <string>

#include "core/base/ascii.h"

namespace mailctl::smtp {
namespace {

/// Reads one field's value. Borrows: the header.
class ValueWalk {
public:
    ValueWalk(std::string_view header, std::size_t begin, std::size_t end,
              std::vector<AddressSpan>& out)
        : header_(header), at_(begin), end_(end), out_(out)
    {
    }

    void run()
    {
        while (at_ < end_) {
            const char c = header_[at_];
            if (c == '(')
                skip_comment();
            else if (c == '<')
                take_angle();
            else if (ascii::is_space(c) || c == '\r' || c == '\n' || is_special(c))
                ++at_;
            else
                take_word();
        }
    }

private:
    static bool is_special(char c) { return std::string_view(",;:>)[]\\").find(c) != std::string_view::npos; }

    /// Past the closing quote, or the end. `at` is that of the opening one.
    std::size_t after_quoted(std::size_t at) const
    {
        for (++at; at < end_ && header_[at] != '"'; ++at)
            at += header_[at] == '\\';
        return std::min(at + 1, end_);
    }

    void skip_comment()
    {
        unsigned depth = 0;
        for (; at_ < end_; ++at_) {
            if (header_[at_] == '\\')
                ++at_;
            else if (header_[at_] == '(')
                ++depth;
            else if (header_[at_] == ')' && --depth == 0)
                break;
        }
        at_ = std::min(at_ + 1, end_);
    }

    void take_angle()
    {
        std::size_t begin = at_ + 1, close = begin;
        while (close < end_ && header_[close] != '>')
            close = header_[close] == '"' ? after_quoted(close) : close + 1;
        at_ = std::min(close + 1, end_);
        // A source route: <@a,@b:ann@example.org>. RFC 5322 §4.4
        if (begin < close && header_[begin] == '@') {
            const auto colon = header_.substr(begin, close - begin).find(':');
            begin = colon == std::string_view::npos ? close : begin + colon + 1;
        }
        add(begin, close);
    }

    /// A word, quoted parts included: an address where it holds an "@".
    void take_word()
    {
        const std::size_t begin = at_;
        while (at_ < end_ && !ascii::is_space(header_[at_]) && header_[at_] != '\r' &&
               header_[at_] != '<' && header_[at_] != '(' && !is_special(header_[at_]))
            at_ = header_[at_] == '"' ? after_quoted(at_) : at_ + 1;
        add(begin, at_);
    }

    void add(std::size_t begin, std::size_t end)
    {
        const std::string_view text = header_.substr(begin, end - begin);
        const auto at = text.rfind('@');
        if (at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
            text.find_first_of(" \t\r\n", at) == std::string_view::npos)
            out_.push_back({begin, text.size()});
    }

    std::string_view header_;
    std::size_t at_, end_;
    std::vector<AddressSpan>& out_;
};

/// The end of the field that begins at `begin`, its last CRLF excluded.
std::size_t field_end(std::string_view header, std::size_t begin)
{
    for (std::size_t at = begin;;) {
        const auto line_end = header.find("\r\n", at);
        if (line_end == std::string_view::npos)
            return header.size();
        const std::size_t next = line_end + 2;
        if (next >= header.size() || !ascii::is_space(header[next]))
            return line_end;
        at = next;
    }
}

} // namespace

std::vector<AddressSpan> address_spans(std::string_view header,
                                       std::span<const std::string_view> fields)
{
    std::vector<AddressSpan> out;
    for (std::size_t at = 0; at < header.size();) {
        const std::size_t end = field_end(header, at);
        const auto colon = header.substr(at, end - at).find(':');
        if (colon != std::string_view::npos) {
            const auto name = ascii::trim(header.substr(at, colon));
            const bool wanted = std::any_of(fields.begin(), fields.end(), [&](auto field) {
                return ascii::equals_ignoring_case(field, name);
            });
            if (wanted)
                ValueWalk(header, at + colon + 1, end, out).run();
        }
        at = end + 2;
    }
    return out;
}

} // namespace mailctl::smtp
