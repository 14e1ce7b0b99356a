// The client's half of RFC 5321 §3, with BDAT where it is offered, so that no more than a piece is
// under way at once.
#include "core/submit/dialogue.h"

#include "core/base/ascii.h"
#include "core/smtp/xtext.h"

namespace mailctl::submit {
namespace {

using net::Disconnected;

constexpr std::chrono::minutes kLimit{10}; // RFC 5321 §4.5.3.2.6: the longest of them
constexpr std::size_t kMaxReplyLine = 4096;
constexpr unsigned kMaxReplyLines = 200;

Answer gone_answer()
{
    return Answer(421, "the server went away");
}

int code_of(std::string_view line)
{
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2]))
        return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

bool offers(std::string_view ehlo, std::string_view keyword)
{
    while (!ehlo.empty()) {
        const std::string_view line = ehlo.substr(0, ehlo.find('\n'));
        if (ascii::equals_ignoring_case(line.substr(0, line.find(' ')), keyword))
            return true;
        ehlo.remove_prefix(std::min(ehlo.size(), line.size() + 1));
    }
    return false;
}

} // namespace

Dialogue::Dialogue(std::unique_ptr<net::Stream> stream)
    : stream_(std::move(stream)), reader_(*stream_)
{
    stream_->set_deadline(kLimit);
}

/// RFC 5321 §4.2.1
Awaitable<Answer> Dialogue::read_answer()
{
    Answer answer;
    for (unsigned lines = 0; lines < kMaxReplyLines; ++lines) {
        const net::Line line = co_await reader_.read_line(kMaxReplyLine);
        answer.code = code_of(line.text);
        if (answer.code == 0)
            break;
        answer.text += answer.text.empty() ? "" : "\n";
        answer.text += line.text.substr(std::min<std::size_t>(4, line.text.size()));
        if (line.text.size() < 4 || line.text[3] != '-')
            co_return answer;
    }
    gone_ = true;
    co_return Answer(421, "the server does not speak SMTP");
}

Awaitable<Answer> Dialogue::ask(std::string line)
{
    if (gone_)
        co_return gone_answer();
    try {
        if (!line.empty())
            co_await stream_->write(line);
        Answer answer = co_await read_answer();
        gone_ = gone_ || answer.code == 421; // RFC 5321 §3.8: it closes
        co_return answer;
    } catch (const Disconnected&) {
        gone_ = true;
    }
    co_return gone_answer();
}

Awaitable<Answer> Dialogue::hello(std::string name)
{
    Answer answer = co_await ask("");
    if (answer.code != 220)
        co_return answer;
    answer = co_await ask("EHLO " + name + "\r\n");
    chunking_ = offers(answer.text, "CHUNKING");
    dsn_ = offers(answer.text, "DSN");
    future_release_ = offers(answer.text, "FUTURERELEASE");
    utf8_ = offers(answer.text, "SMTPUTF8");
    eight_bit_ = offers(answer.text, "8BITMIME");
    co_return answer;
}

Awaitable<Answer> Dialogue::mail(Envelope envelope)
{
    if (envelope.utf8 && !utf8_)
        co_return Answer(553, "5.6.7 the server does not take addresses beyond ASCII");
    if (!envelope.hold_until.empty() && !future_release_)
        co_return Answer(555, "5.5.4 the server keeps no mail until a time");
    std::string line = "MAIL FROM:<" + envelope.sender + '>';
    if (eight_bit_)
        line += " BODY=8BITMIME"; // RFC 6152
    if (envelope.utf8)
        line += " SMTPUTF8";
    if (!envelope.hold_until.empty())
        line += " HOLDUNTIL=" + envelope.hold_until;
    if (dsn_ && !envelope.returned.empty())
        line += " RET=" + envelope.returned;
    if (dsn_ && !envelope.envelope_id.empty())
        line += " ENVID=" + smtp::encode_xtext(envelope.envelope_id);
    if (dsn_)
        notify_ = envelope.notify;
    co_return co_await ask(line + "\r\n");
}

Awaitable<Answer> Dialogue::rcpt(std::string recipient)
{
    std::string line = "RCPT TO:<" + recipient + '>';
    if (!notify_.empty())
        line += " NOTIFY=" + notify_;
    co_return co_await ask(line + "\r\n");
}

/// DATA, with dots doubled: RFC 5321 §4.5.2
Awaitable<Answer> Dialogue::put_lines(std::string piece)
{
    if (!data_) {
        Answer answer = co_await ask("DATA\r\n");
        if (answer.code != 354)
            co_return answer;
        data_ = true;
    }
    std::string out;
    for (const char c : piece) {
        if (at_line_start_ && c == '.')
            out += '.';
        out += c;
        at_line_start_ = c == '\n';
    }
    try {
        co_await stream_->write(out);
        co_return Answer(250, "");
    } catch (const Disconnected&) {
        gone_ = true;
    }
    co_return gone_answer();
}

Awaitable<Answer> Dialogue::put(std::string piece)
{
    if (gone_)
        co_return gone_answer();
    if (!chunking_)
        co_return co_await put_lines(std::move(piece));
    std::string chunk = "BDAT " + std::to_string(piece.size()) + "\r\n" + piece; // RFC 3030 §2
    co_return co_await ask(std::move(chunk));
}

Awaitable<Answer> Dialogue::finish()
{
    if (chunking_)
        co_return co_await ask("BDAT 0 LAST\r\n");
    std::string end = at_line_start_ ? ".\r\n" : "\r\n.\r\n";
    co_return co_await ask(std::move(end));
}

Awaitable<> Dialogue::quit()
{
    const Answer said = co_await ask("QUIT\r\n");
    gone_ = true;
    static_cast<void>(said); // whatever it says, it is over
}

} // namespace mailctl::submit
