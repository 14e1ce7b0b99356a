// message/delivery-status: what became of a message, for programs. RFC 3464 §2
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace mailctl::mime {

/// Per-recipient fields. RFC 3464 §2.3
struct StatusOfRecipient {
    std::string original_recipient; ///< "rfc822;ann@example.org"; empty: not known
    std::string final_recipient;    ///< address
    std::string action;             ///< failed, delayed, delivered, relayed, expanded
    std::string status;             ///< "5.1.1"
    std::string remote_mta;         ///< host name; empty: none
    std::string diagnostic;         ///< "smtp; 550 5.1.1 No such user"; empty: none
    std::optional<Time> last_attempt, will_retry_until;
};

struct DeliveryStatus {
    std::string reporting_mta; ///< host name
    std::string envelope_id;   ///< ENVID; empty: none
    std::optional<Time> arrived;
    std::vector<StatusOfRecipient> recipients;
};

/// The body of the part: CRLF lines, ASCII where every address is. What peers said is folded, its
/// controls and octets over 127 replaced where `utf8` is false.
std::string format_delivery_status(const DeliveryStatus& status, bool utf8);

} // namespace mailctl::mime
