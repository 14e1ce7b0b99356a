// A conversation as lines for the log: without passwords and without the text of messages. LOG-01
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "conf/listener.h"

namespace mailctl::server {

inline constexpr std::size_t kMaxWireOctets = 1000; ///< of a line; of the rest only its length

/// Threads: one at a time.
class Transcript {
public:
    enum class Side { Client, Server };
    using Say = std::function<void(Side, std::string_view line)>;

    Transcript(conf::Protocol protocol, Say say) : protocol_(protocol), say_(std::move(say)) {}

    /// Octets as they pass, cut anywhere.
    void client(std::string_view octets);
    void server(std::string_view octets);

private:
    /// One direction.
    struct Flow {
        std::string line; ///< begun, at most kMaxWireOctets
        std::uint64_t line_octets = 0;
        std::uint64_t literal = 0;  ///< octets of it still to come
        std::uint64_t hidden = 0;   ///< octets of message text since the last line
        bool until_dot = false;     ///< message text, up to a line "."
    };
    void pass(Side side, Flow& flow, std::string_view octets);
    void end_line(Side side, Flow& flow);
    void tell_hidden(Side side, Flow& flow);
    void on_client(const std::string& line);
    void on_server(const std::string& line);
    std::string redacted(const std::string& line);
    void on_pop3_reply(const std::string& line);

    conf::Protocol protocol_;
    Say say_;
    Flow client_, server_;
    bool is_secret_ = false;       ///< the client's lines are parts of a login
    std::string login_tag_;        ///< IMAP: of that login
    std::deque<bool> pop3_texts_;  ///< of commands without a reply: whether it brings a message
};

} // namespace mailctl::server
