// The "with" word of a Received field.
#pragma once

#include <string>

namespace mailctl::smtp {

struct WithProtocol {
    bool lmtp = false;
    bool extended = true; ///< EHLO, not HELO
    bool tls = false;
    bool authenticated = false;
    bool utf8 = false; ///< the transaction said SMTPUTF8
};

/// "SMTP", "ESMTPSA", "LMTPS", "UTF8SMTPA"... RFC 3848 §2, RFC 6531 §4.3.
std::string name_of(const WithProtocol& with);

} // namespace mailctl::smtp
