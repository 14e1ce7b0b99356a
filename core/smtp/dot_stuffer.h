// The octets after DATA, on the way out: dots doubled, the end marked.
#pragma once

#include <string>
#include <string_view>

namespace mailctl::smtp {

/// Turns a message, in pieces of any size, into what DATA sends. Pure. RFC 5321 §4.5.2
///
/// A dot after a bare LF is doubled too: a server that takes LF for a line's end must not find an
/// end of the message, and another message behind it, where the sender wrote none.
class DotStuffer {
public:
    /// Appends what `text` becomes.
    void feed(std::string_view text, std::string& out);
    /// Appends the end: a CRLF where the last line has none, and the dot alone.
    void finish(std::string& out);

private:
    char last_ = '\n'; ///< so that a dot in the first column of the first line is doubled
    bool last_is_crlf_ = true;
};

/// Where the next dot that follows an LF stands, counted from `from`; npos: nowhere. Sixteen
/// octets at a time.
std::size_t find_line_dot(std::string_view text, std::size_t from);

} // namespace mailctl::smtp
