// Lines and counted octets from a stream, with limits; memory is given back while idle.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/net/stream.h"

namespace mailctl::net {

/// One line as it came.
struct Line {
    enum class End {
        CrLf,    ///< the right one
        Lf,      ///< a bare LF
        TooLong, ///< passed the limit; the rest of it was read and dropped
    };
    /// Without its ending; a bare CR stays in it. Of a line that is too long the first few octets,
    /// enough for an IMAP tag.
    std::string text;
    End end = End::CrLf;
};

/// Threads: as its stream. Borrows: the stream.
class LineReader {
public:
    explicit LineReader(Stream& stream) : stream_(&stream) {}
    /// Goes on with another stream over the same connection; nothing may be buffered.
    void read_from(Stream& stream) { stream_ = &stream; }

    /// The next line. Throws Disconnected. Limit: `limit` octets without the ending.
    Awaitable<Line> read_line(std::size_t limit);
    /// Between 1 and `most` octets: what is buffered, else what one read brings.
    /// The view is good until the next call.
    Awaitable<std::string_view> read_some(std::size_t most);

    /// True where octets are here already: the client pipelined.
    bool has_buffered() const { return begin_ < buffer_.size(); }
    /// What is here already, and a way to take it: for parsers that look for CRLF themselves.
    std::string_view buffered() const { return std::string_view(buffer_).substr(begin_); }
    void consume(std::size_t octets);
    /// Reads once more into the buffer, at least one octet.
    Awaitable<> fill();

    /// Forgets buffered octets: after STARTTLS, nothing sent before it counts. RFC 3207 §4.2
    void discard();
    /// Gives the buffer's memory back where it is empty: call before a long wait.
    void release();

private:
    Stream* stream_;
    std::string buffer_;
    std::size_t begin_ = 0;
};

} // namespace mailctl::net
