// The mechanisms behind start_sasl: one function each.
#pragma once

#include <memory>
#include <string>

#include "conf/oauth.h"
#include "core/auth/sasl.h"
#include "core/auth/secrets/other_logins.h"

namespace mailctl::auth {
class Authenticator; // core/auth/authenticator.h
}

namespace mailctl::auth {

/// RFC 4616
std::unique_ptr<SaslExchange> start_plain(Authenticator& authenticator, Attempt attempt);

/// LOGIN of draft-murchison-sasl-login: never a standard, still asked for.
std::unique_ptr<SaslExchange> start_login(Authenticator& authenticator, Attempt attempt);

/// What SCRAM may bind to and what was offered. RFC 5802 §6
struct ScramBinding {
    bool is_plus = false;         ///< the -PLUS mechanism was chosen
    bool is_plus_offered = false; ///< and this session offers it
    std::string tls_exporter;         ///< RFC 9266; empty: not to be had
    std::string tls_server_end_point; ///< RFC 5929; empty: not to be had
};

/// RFC 5802, RFC 7677
std::unique_ptr<SaslExchange> start_scram_sha_256(Authenticator& authenticator, Attempt attempt,
                                                  ScramBinding binding);

/// What TLS tells of a client that showed a certificate.
struct ExternalIdentity {
    std::string fingerprint; ///< SHA-256, hex
    std::string address;     ///< of mail, in the certificate; may be empty
};

/// RFC 4422 Appendix A
std::unique_ptr<SaslExchange> start_external(OtherLogins& logins, Attempt attempt,
                                             ExternalIdentity identity);

enum class BearerKind { OAuthBearer, XOAuth2 };

/// What a client reads whose token is refused, as JSON. RFC 7628 §3.2.2
struct BearerErrors {
    std::string oauthbearer, xoauth2;
};
BearerErrors bearer_errors(const conf::OAuthSettings& settings);

/// RFC 7628; XOAUTH2 was never a standard, and is still asked for.
std::unique_ptr<SaslExchange> start_bearer(OtherLogins& logins, Attempt attempt, BearerKind kind,
                                           BearerErrors errors);

} // namespace mailctl::auth
