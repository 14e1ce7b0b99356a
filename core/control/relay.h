// Standard input, output, error and files between two machines: descriptors on both ends of a Channel.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/control/channel.h"
#include "core/control/descriptor.h"

namespace mailctl::control {

/// Octets that a stream may have on their way: its reader gives more room as it writes them out, so
/// that a slow stream holds up no other.
inline constexpr std::uint32_t kStreamRoom = 256 * 1024;

/// Streams are numbered as the descriptors of a request: 0 input, 1 output, 2 errors, then files.
/// Threads: one. Borrows: the channel.
class Relay {
public:
    /// Stops with `wake`, a descriptor or -1, when it has something to read.
    Relay(Channel& channel, int wake) : channel_(channel), wake_(wake) {}

    /// What is read here goes to the peer, as far as it has room.
    void read_from(std::uint8_t stream, Descriptor descriptor);
    /// What the peer sends for the stream goes here.
    void write_to(std::uint8_t stream, Descriptor descriptor);

    /// Waits until something can move, and moves it. Errors: Unavailable (the peer is gone, or
    /// `wake` spoke), Invalid (what a peer must not send).
    Result<> step();

    /// Closes every descriptor.
    void close();

    bool is_all_read() const;    ///< no descriptor to read from is open any more
    bool is_all_written() const; ///< nothing that came waits for its descriptor
    /// The answer, once it came.
    const std::optional<std::string>& answer() const { return answer_; }

private:
    struct Source {
        std::uint8_t stream = 0;
        Descriptor descriptor;
        std::uint32_t room = kStreamRoom;
    };
    struct Sink {
        std::uint8_t stream = 0;
        Descriptor descriptor;
        std::string waiting;
        std::size_t gone = 0;      ///< octets of `waiting` that are written already
        std::uint32_t written = 0; ///< not yet given back as room
        bool is_ended = false;     ///< the peer sends no more
    };

    bool may_read(const Source& source) const;
    void read(Source& source);
    void write(Sink& sink);
    void write_some(Sink& sink);
    Result<> take_frames();
    Result<> take(Frame frame);
    Source* source_of(std::uint8_t stream);
    Sink* sink_of(std::uint8_t stream);

    Channel& channel_;
    int wake_;
    std::vector<Source> sources_;
    std::vector<Sink> sinks_;
    std::optional<std::string> answer_;
};

} // namespace mailctl::control
