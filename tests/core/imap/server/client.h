// A small IMAP client for tests: one command at a time, and what the server said to it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/net/line_reader.h"
#include "core/net/stream.h"

namespace mailctl::imap::test {

/// What came back: untagged lines (literals cut out), and "OK ...", "NO ..." or "BAD ...".
struct Answer {
    std::vector<std::string> untagged;
    std::vector<std::string> literals;
    std::string status;
    bool is_ok() const { return status.starts_with("OK"); }
};

class Client {
public:
    explicit Client(std::unique_ptr<net::Stream> stream)
        : stream_(std::move(stream)), reader_(*stream_)
    {
    }
    /// Reads the greeting, logs in as ann and selects INBOX.
    Awaitable<Answer> enter();
    /// Sends "tag text" and reads up to its tagged line. No synchronizing literals in `text`.
    Awaitable<Answer> run(std::string text);
    /// Of the last command.
    std::string tag() const { return "t" + std::to_string(tag_); }
    net::Stream& stream() { return *stream_; }
    net::LineReader& reader() { return reader_; }

private:
    std::unique_ptr<net::Stream> stream_;
    net::LineReader reader_;
    unsigned tag_ = 0;
};

} // namespace mailctl::imap::test
