// Lines and counted octets from a stream: one buffer that exists only while octets are in it.
#include "core/net/line_reader.h"

#include <algorithm>

namespace mailctl::net {
namespace {

constexpr std::size_t kReadOctets = 32 * 1024; ///< one read at most
constexpr std::size_t kStartOctets = 128;     ///< kept of a line that is too long
constexpr std::size_t kKeepOctets = 512;       ///< a larger empty buffer is freed before a wait

/// Where a read lands before as much as came is copied: no session owns a buffer for what may come.
char* scratch()
{
    thread_local char octets[kReadOctets];
    return octets;
}

} // namespace

Awaitable<> LineReader::fill()
{
    buffer_.erase(0, begin_);
    begin_ = 0;
    for (;;) {
        if (const std::size_t got = stream_->try_read(scratch(), kReadOctets); got > 0) {
            buffer_.append(scratch(), got);
            co_return;
        }
        if (buffer_.empty() && buffer_.capacity() > kKeepOctets)
            buffer_ = std::string();
        co_await stream_->wait_readable();
    }
}

Awaitable<Line> LineReader::read_line(std::size_t limit)
{
    Line line;
    std::size_t searched = 0;
    bool too_long = false;
    for (;;) {
        const std::string_view here = buffered();
        const auto newline = here.find('\n', std::min(searched, here.size()));
        if (newline != std::string_view::npos) {
            const bool cr = newline > 0 && here[newline - 1] == '\r';
            const std::size_t length = cr ? newline - 1 : newline;
            line.end = cr ? Line::End::CrLf : Line::End::Lf;
            if (too_long || length > limit)
                line.end = Line::End::TooLong;
            if (!too_long)
                line.text.assign(here.substr(0, length > limit ? std::min(limit, kStartOctets) : length));
            consume(newline + 1);
            co_return line;
        }
        searched = here.size();
        if (here.size() > limit + 1) {
            // Drops what came, but a last CR may belong to the line's end.
            const bool cr = here.back() == '\r';
            if (!too_long)
                line.text.assign(here.substr(0, std::min(limit, kStartOctets)));
            too_long = true;
            consume(here.size() - (cr ? 1 : 0));
            searched = 0;
        }
        co_await fill();
    }
}

Awaitable<std::string_view> LineReader::read_some(std::size_t most)
{
    if (!has_buffered())
        co_await fill();
    const std::string_view view = buffered().substr(0, most);
    consume(view.size());
    co_return view;
}

void LineReader::consume(std::size_t octets)
{
    begin_ += std::min(octets, buffer_.size() - begin_); // the octets stay until the next fill
}

void LineReader::discard()
{
    begin_ = buffer_.size();
}

void LineReader::release()
{
    if (has_buffered())
        return;
    buffer_ = std::string();
    begin_ = 0;
}

} // namespace mailctl::net
