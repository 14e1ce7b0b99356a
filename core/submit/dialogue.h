// Hands one message to an SMTP server, piece by piece as it comes from a program or a file.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/net/line_reader.h"
#include "core/net/stream.h"

namespace mailctl::submit {

/// What the server said; 421 with our own words where it is gone.
struct Answer {
    int code = 0;
    std::string text; ///< of all lines, without the code
    Answer() = default;
    Answer(int c, std::string t) : code(c), text(std::move(t)) {}
    bool is_ok() const { return code >= 200 && code < 400; }
    bool is_temporary() const { return code >= 400 && code < 500; }
};

struct Envelope {
    std::string sender; ///< empty: null
    std::vector<std::string> recipients;
    std::string notify;      ///< NOTIFY=, "success,failure"; empty: not said. RFC 3461 §4.1
    std::string returned;    ///< RET=, "full" or "hdrs"; empty: not said. RFC 3461 §4.3
    std::string envelope_id; ///< ENVID=, not encoded. RFC 3461 §4.4
    std::string hold_until;  ///< HOLDUNTIL=, RFC 3339; empty: it goes at once. RFC 4865
    bool utf8 = false;       ///< the message needs SMTPUTF8: RFC 6531 §3.4
};

/// Order: hello, mail, rcpt for each recipient, put as often as needed, finish, quit.
/// Threads: one at a time, on its stream's executor. Throws nothing.
class Dialogue {
public:
    explicit Dialogue(std::unique_ptr<net::Stream> stream);

    /// Reads the greeting and says EHLO.
    Awaitable<Answer> hello(std::string name);
    Awaitable<Answer> mail(Envelope envelope);
    /// NOTIFY is as in mail().
    Awaitable<Answer> rcpt(std::string recipient);
    /// A piece of the message, with CRLF line ends that no piece cuts in two.
    Awaitable<Answer> put(std::string piece);
    /// The end of the message: accepted, or not.
    Awaitable<Answer> finish();
    Awaitable<> quit();

private:
    Awaitable<Answer> ask(std::string line);
    Awaitable<Answer> read_answer();
    Awaitable<Answer> put_lines(std::string piece);

    std::unique_ptr<net::Stream> stream_;
    net::LineReader reader_;
    std::string notify_;
    bool chunking_ = false, dsn_ = false, utf8_ = false, eight_bit_ = false, future_release_ = false;
    bool data_ = false; ///< DATA was said
    bool at_line_start_ = true;
    bool gone_ = false;
};

} // namespace mailctl::submit
