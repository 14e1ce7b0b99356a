// What an authoritative server's message says: an answer, a referral, or nothing of use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/dns/raw.h"
#include "core/dns/recursion/root_hints.h"

namespace mailctl::dns {

/// Servers of one zone that are looked at, and addresses of one of them.
inline constexpr std::size_t kMaxServersOfZone = 13;
inline constexpr std::size_t kMaxAddressesOfServer = 4;

struct ServerReply {
    enum class Kind : std::uint8_t {
        Answer,   ///< or a CNAME (`leads_on`), or a denial
        Referral, ///< `servers` have `zone`, which is nearer to the name
        Lame,     ///< this server has nothing to say about the zone: `reason`
    } kind = Kind::Lame;
    RawAnswer answer;
    std::string zone;
    std::vector<NameServer> servers; ///< of the referral; addresses: of those within the asked zone
    seconds ttl{0};                  ///< of the referral
    std::string reason;
};

/// Reads the message of a server of `zone`. It is believed in what is within that zone, and in
/// nothing else: RFC 5452 §6. CNAMEs are not followed within a message.
ServerReply read_reply(std::string_view message, const Question& question, const std::string& zone);

} // namespace mailctl::dns
