// Moves octets between descriptors and a channel, each stream at its own pace.
#include "core/control/relay.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include <poll.h>
#include <unistd.h>

namespace mailctl::control {
namespace {

constexpr std::size_t kReadOctets = 16 * 1024;
constexpr std::size_t kQueueOctets = 128 * 1024; ///< on the channel, before nothing more is read

template <class Ends>
auto find_stream(Ends& ends, std::uint8_t stream)
{
    const auto it = std::find_if(ends.begin(), ends.end(),
                                 [stream](const auto& end) { return end.stream == stream; });
    return it == ends.end() ? nullptr : &*it;
}

} // namespace

void Relay::read_from(std::uint8_t stream, Descriptor descriptor)
{
    Source source;
    source.stream = stream;
    source.descriptor = std::move(descriptor);
    sources_.push_back(std::move(source));
}

void Relay::write_to(std::uint8_t stream, Descriptor descriptor)
{
    Sink sink;
    sink.stream = stream;
    sink.descriptor = std::move(descriptor);
    sinks_.push_back(std::move(sink));
}

Relay::Source* Relay::source_of(std::uint8_t stream)
{
    return find_stream(sources_, stream);
}

Relay::Sink* Relay::sink_of(std::uint8_t stream)
{
    return find_stream(sinks_, stream);
}

void Relay::close()
{
    sources_.clear();
    sinks_.clear();
}

bool Relay::is_all_read() const
{
    return std::none_of(sources_.begin(), sources_.end(),
                        [](const Source& source) { return source.descriptor.is_open(); });
}

bool Relay::is_all_written() const
{
    return std::all_of(sinks_.begin(), sinks_.end(),
                       [](const Sink& sink) { return sink.waiting.empty(); });
}

bool Relay::may_read(const Source& source) const
{
    return source.descriptor.is_open() && source.room > 0 && channel_.queued() < kQueueOctets;
}

void Relay::read(Source& source)
{
    std::array<char, kReadOctets> some{};
    const auto got =
        ::read(source.descriptor.get(), some.data(), std::min<std::size_t>(some.size(), source.room));
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        source.descriptor = Descriptor();
        channel_.put(FrameKind::End, source.stream, {});
        return;
    }
    source.room -= static_cast<std::uint32_t>(got);
    channel_.put(FrameKind::Data, source.stream,
                 std::string_view(some.data(), static_cast<std::size_t>(got)));
}

// No more at once than a pipe that poll(2) calls writable takes without waiting: pipe(7).
void Relay::write_some(Sink& sink)
{
    const auto octets = std::string_view(sink.waiting).substr(sink.gone).substr(0, PIPE_BUF);
    const auto put = ::write(sink.descriptor.get(), octets.data(), octets.size());
    if (put < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (put < 0) {
        sink.descriptor = Descriptor();
        channel_.put(FrameKind::Stop, sink.stream, {});
        return;
    }
    sink.gone += static_cast<std::size_t>(put);
    sink.written += static_cast<std::uint32_t>(put);
    if (sink.gone == sink.waiting.size() || sink.gone >= kStreamRoom / 4) {
        sink.waiting.erase(0, sink.gone);
        sink.gone = 0;
    }
}

void Relay::write(Sink& sink)
{
    if (!sink.waiting.empty() && sink.descriptor.is_open())
        write_some(sink);
    if (!sink.descriptor.is_open())
        sink.waiting.clear();
    if (sink.written >= kStreamRoom / 4) {
        channel_.put(FrameKind::Room, sink.stream, encode_number(sink.written));
        sink.written = 0;
    }
    if (sink.is_ended && sink.waiting.empty())
        sink.descriptor = Descriptor();
}

Result<> Relay::take(Frame frame)
{
    const Error malformed(Errc::Invalid, "the peer breaks the control protocol");
    if (frame.kind == FrameKind::Answer) {
        answer_ = std::move(frame.body);
        return ok();
    }
    if (Sink* sink = sink_of(frame.stream); sink && frame.kind == FrameKind::Data) {
        if (sink->is_ended || sink->waiting.size() - sink->gone + frame.body.size() > kStreamRoom)
            return malformed;
        if (sink->descriptor.is_open())
            sink->waiting += frame.body;
        return ok();
    } else if (sink && frame.kind == FrameKind::End) {
        sink->is_ended = true;
        write(*sink);
        return ok();
    }
    Source* source = source_of(frame.stream);
    if (source && frame.kind == FrameKind::Stop) {
        source->descriptor = Descriptor();
        return ok();
    }
    if (!source || frame.kind != FrameKind::Room)
        return malformed;
    TRY(const std::uint32_t more, decode_number(frame.body));
    if (more > kStreamRoom - source->room)
        return malformed;
    source->room += more;
    return ok();
}

Result<> Relay::take_frames()
{
    for (;;) {
        TRY(auto frame, channel_.take(kMaxFrameOctets));
        if (!frame)
            return ok();
        TRY_VOID(take(*std::move(frame)));
    }
}

Result<> Relay::step()
{
    TRY_VOID(take_frames()); // what came with the request
    std::vector<pollfd> polled{{channel_.descriptor(), channel_.events(), 0}, {wake_, POLLIN, 0}};
    for (const Source& source : sources_)
        polled.push_back({may_read(source) ? source.descriptor.get() : -1, POLLIN, 0});
    for (const Sink& sink : sinks_)
        polled.push_back({sink.waiting.empty() ? -1 : sink.descriptor.get(), POLLOUT, 0});
    if (::poll(polled.data(), polled.size(), channel_.has_more() ? 0 : -1) < 0 && errno != EINTR)
        return Error(Errc::Unavailable, "poll failed");
    if (polled[1].revents != 0)
        return Error(Errc::Unavailable, "the server stops");
    std::size_t at = 2;
    for (Source& source : sources_)
        if (polled[at++].revents != 0)
            read(source);
    for (Sink& sink : sinks_)
        if (polled[at++].revents != 0)
            write(sink);
    const auto moved = channel_.move();
    TRY_VOID(take_frames()); // what came before the end counts
    if (!moved && !answer_)
        return moved.error();
    return ok();
}

} // namespace mailctl::control
