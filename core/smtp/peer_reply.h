// Replies as other servers give them: parsed from octets, several lines where they have them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mailctl::smtp {

/// A reply as another server gave it. RFC 5321 §4.2
struct PeerReply {
    int code = 0;         ///< 0: none came, `text` says why
    std::string enhanced; ///< "5.1.1"; empty: none
    /// Lines joined by LF, without codes; controls and what is not UTF-8 replaced by "?"; at most
    /// 2,000 octets.
    std::string text;

    bool is_positive() const { return code >= 200 && code < 400; }
    bool is_permanent() const { return code >= 500 && code < 600; }
    /// "550 5.1.1 No such user", in one line.
    std::string line() const;
};

/// Our own words where no reply came, or none was asked for.
PeerReply own_words(std::string_view enhanced, std::string text);

inline constexpr std::size_t kMaxReplyTextOctets = 2'000; ///< kept of a reply
inline constexpr std::size_t kMaxReplyLineOctets = 2'048; ///< without its ending; RFC 5321 has 512
inline constexpr unsigned kMaxReplyLines = 512;

/// Reads one reply from octets that come in pieces. Pure.
class ReplyParser {
public:
    enum class State {
        More, ///< the reply goes on
        Done,
        Bad ///< no reply, or past a limit: the connection makes no sense any more
    };
    /// Which replies may start with an enhanced code: not what EHLO offers. RFC 2034 §4
    enum class Enhanced { Refusals, All };

    explicit ReplyParser(Enhanced enhanced = Enhanced::All,
                         std::size_t kept_octets = kMaxReplyTextOctets)
        : enhanced_(enhanced), kept_octets_(kept_octets)
    {}

    /// Takes whole lines from the front of `input`, up to the reply's end. What is left must be
    /// given again with more behind it.
    State feed(std::string_view& input);
    /// After Done.
    PeerReply take() { return std::move(reply_); }

private:
    State take_line(std::string_view line);
    void append_text(std::string_view text);

    Enhanced enhanced_;
    std::size_t kept_octets_;
    unsigned lines_ = 0;
    PeerReply reply_;
};

} // namespace mailctl::smtp
