// Reads wire transcripts into steps, and compares lines with patterns.
#include "tests/wire/transcript.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "core/base/ascii.h"
#include "core/base/clock.h"

namespace mailctl::wire {
namespace {

bool is_name_octet(char c)
{
    return ascii::is_lower(c) || ascii::is_digit(c) || c == '_';
}

/// The name after a dollar sign; empty where it is none (IMAP's $Forwarded is not).
std::string_view name_at(std::string_view text)
{
    if (text.empty() || !ascii::is_lower(text.front()))
        return {};
    std::size_t end = 0;
    while (end < text.size() && is_name_octet(text[end]))
        ++end;
    return text.substr(0, end);
}

bool match_name(std::string_view name, std::string_view rest, std::string_view line, Names& names)
{
    if (const auto bound = names.find(name); bound != names.end()) {
        return line.starts_with(bound->second) &&
               matches(rest, line.substr(bound->second.size()), names);
    }
    for (std::size_t length = 1; length <= line.size() && line[length - 1] != ' '; ++length) {
        Names attempt = names;
        attempt.emplace(name, line.substr(0, length));
        if (matches(rest, line.substr(length), attempt)) {
            names = std::move(attempt);
            return true;
        }
    }
    return false;
}

bool match_any(std::string_view rest, std::string_view line, Names& names)
{
    if (rest.empty())
        return true;
    for (std::size_t skip = 0; skip <= line.size(); ++skip) {
        Names attempt = names;
        if (matches(rest, line.substr(skip), attempt)) {
            names = std::move(attempt);
            return true;
        }
    }
    return false;
}

class Parser {
public:
    Parser(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

    std::vector<Step> run()
    {
        while (next_line()) {
            if (line_.empty() || line_.front() == '#')
                continue;
            if (!directive() && !sides())
                fail("not a transcript line: " + std::string(line_));
        }
        return std::move(steps_);
    }

private:
    [[noreturn]] void fail(const std::string& what) const
    {
        throw std::runtime_error(file_ + ":" + std::to_string(number_) + ": " + what);
    }

    bool next_line()
    {
        if (at_ >= text_.size())
            return false;
        const auto end = std::min(text_.find('\n', at_), text_.size());
        line_ = text_.substr(at_, end - at_);
        at_ = end + 1;
        ++number_;
        return true;
    }

    Step& add(Step::Kind kind, int connection)
    {
        steps_.emplace_back();
        steps_.back().kind = kind;
        steps_.back().connection = connection;
        steps_.back().line = number_;
        return steps_.back();
    }

    /// Takes `word` and an optional digit from the start of the line; 0: something else stands
    /// there.
    int take_word(std::string_view& line, std::string_view word) const
    {
        if (!line.starts_with(word))
            return 0;
        std::string_view rest = line.substr(word.size());
        int connection = 1;
        if (!rest.empty() && ascii::is_digit(rest.front())) {
            connection = rest.front() - '0';
            rest.remove_prefix(1);
        }
        line = rest;
        return connection;
    }

    bool directive()
    {
        static constexpr std::pair<std::string_view, Step::Kind> kWords[] = {
            {"TLS", Step::Kind::Tls},
            {"DEFLATE", Step::Kind::Deflate},
            {"CLOSE", Step::Kind::Close},
            {"DROP", Step::Kind::Drop}};
        for (const auto& [word, kind] : kWords) {
            std::string_view rest = line_;
            if (const int connection = take_word(rest, word); connection && rest.empty()) {
                add(kind, connection);
                return true;
            }
        }
        if (line_.starts_with("WAIT ")) {
            const auto time = parse_duration(ascii::trim(line_.substr(5)));
            if (!time)
                fail("no duration: " + std::string(line_));
            add(Step::Kind::Wait, 1).time = *time;
            return true;
        }
        std::string_view rest = line_;
        if (const int connection = take_word(rest, "!"); connection && rest.starts_with(' ')) {
            add(Step::Kind::Never, connection).text = rest.substr(1);
            return true;
        }
        return false;
    }

    bool sides()
    {
        std::string_view rest = line_;
        if (const int connection = take_word(rest, "C"); connection) {
            if (rest.starts_with('<')) {
                send_octets(rest, connection);
                return true;
            }
            return rest.starts_with(':') && client(text_after_colon(rest), connection);
        }
        if (const int connection = take_word(rest, "S"); connection && rest.starts_with(':'))
            return server(text_after_colon(rest), connection);
        return false;
    }

    static std::string_view text_after_colon(std::string_view rest)
    {
        rest.remove_prefix(1);
        return rest.starts_with(' ') ? rest.substr(1) : rest;
    }

    bool client(std::string_view text, int connection)
    {
        if (text == "{{{") {
            client_block(connection);
            return true;
        }
        Step& step = add(Step::Kind::Send, connection);
        step.text.assign(text);
        step.text += "\r\n";
        return true;
    }

    bool server(std::string_view text, int connection)
    {
        if (text == "{{{") {
            server_block(connection);
        } else if (text.starts_with('~')) {
            add(Step::Kind::Untagged, connection).text = text.substr(1);
        } else {
            add(Step::Kind::Expect, connection).text = text;
        }
        return true;
    }

    /// The lines up to "}}}", and what stands after it on its line.
    std::string_view block(std::vector<std::string>& lines)
    {
        const int start = number_;
        while (next_line()) {
            if (line_.starts_with("}}}"))
                return line_.substr(3);
            lines.emplace_back(line_);
        }
        number_ = start;
        fail("{{{ without }}}");
    }

    /// Puts the octet count where the last line of this kind and connection has {$} or {$+}.
    bool size_line_before(Step::Kind kind, int connection, std::size_t octets)
    {
        for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
            if (step->kind != kind || step->connection != connection)
                continue;
            const auto at = step->exact ? std::string::npos : step->text.rfind("{$");
            if (at == std::string::npos || (step->text[at + 2] != '}' && step->text[at + 2] != '+'))
                return false;
            step->text.replace(at + 1, 1, std::to_string(octets));
            return true;
        }
        return false;
    }

    void client_block(int connection)
    {
        std::vector<std::string> lines;
        const std::string_view after = block(lines);
        std::string content;
        for (const auto& line : lines)
            content += line + "\r\n";
        const bool sized = size_line_before(Step::Kind::Send, connection, content.size());
        Step& step = add(Step::Kind::Send, connection);
        step.text = std::move(content);
        step.exact = true;
        if (sized) {
            Step& rest = add(Step::Kind::Send, connection);
            rest.text.assign(after);
            rest.text += "\r\n";
        } else if (!after.empty()) {
            fail("text after }}} needs a {$} in the line before the block");
        }
    }

    void server_block(int connection)
    {
        std::vector<std::string> lines;
        const std::string_view after = block(lines);
        std::size_t octets = 0;
        for (const auto& line : lines)
            octets += line.size() + 2;
        if (!size_line_before(Step::Kind::Expect, connection, octets))
            size_line_before(Step::Kind::Untagged, connection, octets);
        int number = number_ - static_cast<int>(lines.size());
        for (auto& line : lines) {
            Step& step = add(Step::Kind::Expect, connection);
            step.text = std::move(line);
            step.exact = true;
            step.line = number++;
        }
        if (!after.empty())
            add(Step::Kind::Expect, connection).text = after;
    }

    /// <"text" "text"*1000>: exact octets.
    void send_octets(std::string_view rest, int connection)
    {
        std::string octets;
        std::size_t i = 1;
        while (i < rest.size() && rest[i] != '>') {
            if (rest[i] == ' ') {
                ++i;
                continue;
            }
            const std::string piece = quoted(rest, i);
            std::size_t count = 1;
            if (i < rest.size() && rest[i] == '*') {
                const auto end = rest.find_first_not_of("0123456789", ++i);
                count = ascii::parse_number<std::size_t>(rest.substr(i, end - i)).value_or(0);
                i = std::min(end, rest.size());
            }
            while (count-- > 0)
                octets += piece;
        }
        if (i + 1 != rest.size())
            fail("C<\"...\"> does not end");
        Step& step = add(Step::Kind::Send, connection);
        step.text = std::move(octets);
        step.exact = true;
    }

    std::string quoted(std::string_view rest, std::size_t& i) const
    {
        if (rest[i] != '"')
            fail("C<...> holds quoted text");
        std::string out;
        for (++i; i < rest.size() && rest[i] != '"'; ++i)
            out += rest[i] == '\\' ? escape(rest, ++i) : rest[i];
        if (i >= rest.size())
            fail("the quoted text does not end");
        ++i;
        return out;
    }

    char escape(std::string_view rest, std::size_t& i) const
    {
        switch (i < rest.size() ? rest[i] : ' ') {
            case 'r':
                return '\r';
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case '0':
                return '\0';
            case '\\':
                return '\\';
            case '"':
                return '"';
            case 'x':
                if (i + 2 < rest.size()) {
                    i += 2;
                    return static_cast<char>(
                        std::stoi(std::string(rest.substr(i - 1, 2)), nullptr, 16));
                }
                [[fallthrough]];
            default:
                fail("unknown escape");
        }
    }

    std::string_view text_;
    std::string file_;
    std::string_view line_;
    std::size_t at_ = 0;
    int number_ = 0;
    std::vector<Step> steps_;
};

} // namespace

bool matches(std::string_view pattern, std::string_view line, Names& names)
{
    while (!pattern.empty()) {
        if (pattern.starts_with("..."))
            return match_any(pattern.substr(3), line, names);
        if (pattern.starts_with("$$")) {
            pattern.remove_prefix(1); // the second one is compared as an octet
        } else if (pattern.front() == '$') {
            const std::string_view name = name_at(pattern.substr(1));
            if (!name.empty())
                return match_name(name, pattern.substr(1 + name.size()), line, names);
        }
        if (line.empty() || line.front() != pattern.front())
            return false;
        pattern.remove_prefix(1);
        line.remove_prefix(1);
    }
    return line.empty();
}

std::string substitute(std::string_view text, const Names& names)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '$') {
            out += text[i];
            continue;
        }
        const std::string_view name = name_at(text.substr(i + 1));
        if (text.substr(i).starts_with("$$")) {
            out += '$';
            ++i;
        } else if (name.empty()) {
            out += '$';
        } else {
            const auto bound = names.find(name);
            if (bound == names.end())
                throw std::runtime_error("$" + std::string(name) + " is not bound yet");
            out += bound->second;
            i += name.size();
        }
    }
    return out;
}

std::vector<Step> parse_transcript(std::string_view text, const std::string& file)
{
    return Parser(text, file).run();
}

std::vector<Step> read_transcript(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in)
        throw std::runtime_error(file + ": cannot be read");
    std::ostringstream text;
    text << in.rdbuf();
    return parse_transcript(text.str(), file);
}

} // namespace mailctl::wire
