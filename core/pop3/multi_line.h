// Multi-line responses: stuffed dots, CRLF everywhere, a final dot. RFC 1939 §3
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mailctl::pop3 {

/// Turns a message that comes in pieces of any size into a multi-line response.
/// A bare LF becomes CRLF: some clients take LF for a line's end, and would then take a dot after
/// it for the response's end.
class DotStuffer {
public:
    void feed(std::string_view octets, std::string& out);
    /// Ends the last line where it has no end, and adds the final dot.
    void finish(std::string& out);

private:
    bool is_line_start_ = true;
    bool is_after_cr_ = false;
};

/// Lets the header, the blank line and the first `lines` lines of the body pass: TOP.
class TopFilter {
public:
    explicit TopFilter(std::uint32_t lines) : lines_left_(lines) {}
    /// The part of `octets` that passes; the rest never will.
    std::string_view pass(std::string_view octets);
    bool is_done() const { return is_done_; }

private:
    void on_line_end();

    std::uint32_t lines_left_;
    bool is_header_ = true;
    bool is_line_empty_ = true;
    bool is_done_ = false;
};

} // namespace mailctl::pop3
