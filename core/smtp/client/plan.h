// How a message goes to a peer, by what the peer offers. Pure. For core/smtp/client only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/smtp/client/client.h"
#include "core/smtp/write_command.h"

namespace mailctl::smtp {

/// Larger messages go in chunks where the peer takes them.
inline constexpr std::uint64_t kChunkedFromOctets = 1024 * 1024;

struct Plan {
    std::optional<PeerReply> refusal; ///< of the whole message
    struct Refused {
        std::size_t recipient;
        PeerReply reply;
    };
    std::vector<Refused> refused;        ///< recipients that cannot be asked for
    std::vector<std::size_t> recipients; ///< indices into the envelope's
    std::string sender;                  ///< as written
    MailParameters mail;                 ///< borrows the envelope
    bool dsn = false;                    ///< RCPT may carry DSN parameters
    bool chunks = false;                 ///< BDAT. RFC 3030
    bool to_7bit = false;                ///< the message must be converted first
    bool ascii_header = false; ///< only where the header is ASCII after all: to be looked at
};

/// Borrows: the envelope. The envelope's addresses become what is written: domains in A-labels
/// where the peer has no SMTPUTF8.
Plan make_plan(Envelope& envelope, const PeerExtensions& offered, bool is_secure);

} // namespace mailctl::smtp
