// The client's end of SASL mechanisms: what to answer to each challenge. Pure but for the nonce,
// which is given. For core/smtp/client only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mailctl::smtp {

/// What a mechanism works with.
struct SaslParts {
    std::string user, secret;
    std::string nonce;                           ///< SCRAM's, printable without ","
    std::string tls_exporter, tls_server_end_point; ///< of the TLS session; empty: none
    bool plus_is_offered = false;                ///< SCRAM: the peer offers channel binding
};

/// One exchange.
class ClientMechanism {
public:
    virtual ~ClientMechanism() = default;
    /// What may go with AUTH itself; nothing: the server speaks first.
    virtual std::optional<std::string> initial() = 0;
    /// The answer to a challenge, given as it came, in base64. Errors: Invalid, Denied (a challenge
    /// that does not fit; the exchange must be cancelled).
    virtual Result<std::string> respond(std::string_view challenge) = 0;
    /// After the server said that it is content. Errors: Denied (it has not shown that it knows the
    /// password, although the mechanism has it do so).
    virtual Result<> finish() { return ok(); }
};

/// SCRAM-SHA-256-PLUS, SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN, XOAUTH2.
/// Errors: Invalid (no such mechanism, or the user or secret does not fit it).
Result<std::unique_ptr<ClientMechanism>> make_mechanism(std::string_view name, SaslParts parts);

/// The mechanisms to try, best first: what both sides have. `wanted` empty: all but XOAUTH2.
/// `is_private`: nobody listens, so that the secret itself may be sent. `has_binding`: TLS gives
/// something to bind to.
std::vector<std::string> choose_mechanisms(const std::vector<std::string>& offered,
                                           const std::vector<std::string>& wanted, bool is_private,
                                           bool has_binding);

} // namespace mailctl::smtp
