// DNS messages: questions made, answers read. RFC 1035 §4
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/dns/raw.h"

namespace mailctl::dns {

inline constexpr std::uint16_t kUdpOctets = 1232; ///< asked for by EDNS0: RFC 6891 §6.2.5

/// What is wanted besides the records.
enum class Asked : std::uint8_t {
    Plain,   ///< nothing
    WithAd,  ///< whether the server found them authentic: RFC 6840 §5.7, §5.8
    ToCheck, ///< their signatures, unchecked: DO and CD, RFC 4035 §3.2
};

/// Whether whoever is asked shall ask others. RFC 1034 §4.3.1
enum class Recursion : std::uint8_t { Yes, No };

/// A question with EDNS0. Errors: Invalid (the name).
Result<std::string> make_question(const Question& question, std::uint16_t id, Asked asked,
                                  Recursion recursion = Recursion::Yes);

/// An answer, or why it is none.
struct ParsedAnswer {
    enum class Kind : std::uint8_t {
        Answer,
        NotOurs,   ///< another id or question: wait for the right one
        Truncated, ///< ask over TCP
        Failed,    ///< SERVFAIL and the like: `reason`
    } kind = Kind::NotOurs;
    RawAnswer answer;
    std::string reason;
};
/// WithAd: the AD bit makes it secure.
ParsedAnswer parse_answer(std::string_view packet, const Question& question, std::uint16_t id,
                          Asked asked);

} // namespace mailctl::dns
