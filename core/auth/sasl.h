// SASL exchanges, server side: one object an exchange, the same for SMTP, IMAP and POP3.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conf/listener.h"
#include "core/auth/authenticator.h"

namespace mailctl::auth {

/// What a step of an exchange asks for.
struct SaslStep {
    enum class Kind { Challenge, Success, Failure } kind = Kind::Failure;
    std::string challenge; ///< Challenge: octets to send (the protocol adds base64).
                           ///< Success: final data of the mechanism (SCRAM's v=), may be empty
    std::optional<Login> login; ///< Success
    Error error;                ///< Failure: Denied, Busy, Invalid (malformed), Unavailable
    SaslStep() = default;
};

/// Threads: one at a time.
class SaslExchange {
public:
    virtual ~SaslExchange() = default;
    /// The client's next message (decoded from base64), the initial response first if there was
    /// one; without one the first call gets nullopt and gives a challenge (which may be empty).
    virtual Awaitable<SaslStep> step(std::optional<std::string> message) = 0;
};

/// True where a password may be sent as it is now: IMAP's LOGIN, POP3's USER, SASL PLAIN. AUTH-02
bool allows_plaintext(const conf::Listener& listener, const net::Stream& stream);

/// The mechanisms to advertise now: by the settings, and PLAIN and LOGIN only under TLS unless
/// the listener says otherwise; -PLUS only under TLS with channel binding data.
std::vector<std::string> mechanisms(const conf::Config& config, const conf::Listener& listener,
                                    const net::Stream& stream);

/// Errors: NotFound (mechanism unknown or not offered now).
Result<std::unique_ptr<SaslExchange>> start_sasl(std::string_view mechanism, Authenticator& authenticator,
                                                 Attempt attempt, const conf::Config& config,
                                                 const conf::Listener& listener,
                                                 const net::Stream& stream);

} // namespace mailctl::auth
