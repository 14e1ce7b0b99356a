// Tokens that stand for a password: who issues them, and how they are checked.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace mailctl::conf {

/// [oauth]: OAUTHBEARER and XOAUTH2. Offered where `keys` or `introspection_url` is set.
struct OAuthSettings {
    std::string issuer;                ///< a token's iss; empty: not looked at
    std::vector<std::string> audience; ///< one of a token's aud must be here; empty: not looked at
    std::vector<std::string> scopes;   ///< all of them a token must have
    std::string user_claim = "email";  ///< the claim whose value is the login name
    std::string keys;                  ///< file: a JWK set or PEM public keys; empty: no local check
    std::string introspection_url;     ///< RFC 7662; asked where the local check cannot tell
    std::string client_id, client_secret; ///< at the introspection endpoint; a secret reference
    std::string ca;                    ///< file: authorities of the endpoint; empty: the system's
    std::string configuration_url;     ///< told to clients whose token is refused
    std::chrono::milliseconds leeway = std::chrono::seconds(60); ///< between clocks
    std::chrono::milliseconds timeout = std::chrono::seconds(5); ///< of one introspection
    bool operator==(const OAuthSettings&) const = default;
};

} // namespace mailctl::conf
