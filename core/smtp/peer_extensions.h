// What another server offers after EHLO.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mailctl::smtp {

/// What the peer offers, after EHLO.
struct PeerExtensions {
    bool esmtp = false, pipelining = false, eight_bit_mime = false, binary_mime = false,
         chunking = false, dsn = false, smtp_utf8 = false, start_tls = false,
         enhanced_codes = false, require_tls = false, has_size = false, etrn = false;
    std::uint64_t size = 0;         ///< 0: no limit said
    std::uint64_t max_messages = 0; ///< RFC 9422 MAILMAX; 0: no limit said
    std::vector<std::string> auth;  ///< upper case
};

/// Of the lines of an EHLO reply without codes, the first (the peer's name) included.
PeerExtensions parse_extensions(std::string_view ehlo_text);

/// The first word of a greeting or of a reply to HELO and EHLO: how the peer calls itself.
std::string_view peer_name(std::string_view text);

} // namespace mailctl::smtp
