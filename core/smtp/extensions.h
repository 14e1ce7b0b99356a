// What a session offers after EHLO, and the lines that say so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace mailctl::smtp {

/// The service extensions offered now; PIPELINING (RFC 2920), 8BITMIME (RFC 6152),
/// ENHANCEDSTATUSCODES (RFC 2034) and DSN (RFC 3461) always are.
struct Extensions {
    std::uint64_t size = 0;             ///< RFC 1870; 0: no limit
    bool chunking = true;               ///< RFC 3030, with BINARYMIME
    std::string burl_host;              ///< RFC 4468: whose URLs are taken; empty: not offered
    bool utf8 = true;                   ///< RFC 6531
    bool start_tls = false;             ///< RFC 3207
    std::vector<std::string> auth;      ///< RFC 4954; empty: not offered (any more)
    bool auth_parameter = false;        ///< MAIL may carry AUTH=: RFC 4954 §5
    std::uint64_t recipients = 0;       ///< RFC 9422 RCPTMAX; 0: no limit
    unsigned messages = 0;              ///< RFC 9422 MAILMAX; 0: no limit
    bool require_tls = false;           ///< RFC 8689 §2: under TLS only
    std::uint64_t future_release = 0;   ///< RFC 4865: seconds at most; 0: not offered
    Time future_release_until{};        ///< and no later than this
    bool etrn = false;                  ///< RFC 1985
    bool vrfy = false, expn = false, help = true;
};

/// The text of the EHLO reply: `hostname`, then one keyword a line. RFC 5321 §4.1.1.1
std::string ehlo_text(std::string_view hostname, const Extensions& extensions);

} // namespace mailctl::smtp
