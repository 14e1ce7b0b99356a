// MAIL and RCPT as a client writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/smtp/parameters.h"

namespace mailctl::smtp {

/// Parameters of MAIL; what is not set is not written. The caller sees to it that the peer offers
/// them. Borrows: the text.
struct MailParameters {
    std::optional<std::uint64_t> size; ///< RFC 1870
    std::optional<Body> body;          ///< RFC 6152, RFC 3030
    bool smtp_utf8 = false;            ///< RFC 6531
    bool require_tls = false;          ///< RFC 8689
    std::optional<bool> return_full;   ///< RFC 3461 §4.3
    std::string_view envelope_id;      ///< decoded; RFC 3461 §4.4
};

/// Appends "MAIL FROM:<sender> parameters" and CRLF. `sender` must hold no controls.
void append_mail(std::string& out, std::string_view sender, const MailParameters& parameters);

/// Parameters of RCPT. Borrows: the text.
struct RcptParameters {
    std::uint8_t notify = 0;             ///< bits; 0: not written. RFC 3461 §4.1
    std::string_view original_recipient; ///< "rfc822;ann@example.org", decoded. RFC 3461 §4.2
};

/// Appends "RCPT TO:<recipient> parameters" and CRLF. `recipient` must hold no controls.
void append_rcpt(std::string& out, std::string_view recipient, const RcptParameters& parameters);

} // namespace mailctl::smtp
