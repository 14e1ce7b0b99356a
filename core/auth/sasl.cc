// Which mechanisms are offered, and starting one.
#include "core/auth/sasl.h"

#include <algorithm>

#include "conf/config.h"
#include "core/auth/oauth/tokens.h"
#include "core/auth/sasl_mechanisms.h"
#include "core/base/ascii.h"

namespace mailctl::auth {
namespace {

bool has_binding(const net::Stream& stream)
{
    const auto& tls = stream.tls();
    return tls && (!tls->channel_binding.empty() || !tls->server_end_point.empty());
}

ScramBinding binding_of(std::string_view mechanism, bool is_plus_offered, const net::Stream& stream)
{
    ScramBinding binding;
    binding.is_plus = mechanism.ends_with("-PLUS");
    binding.is_plus_offered = is_plus_offered;
    if (const auto& tls = stream.tls()) {
        binding.tls_exporter = tls->channel_binding;
        binding.tls_server_end_point = tls->server_end_point;
    }
    return binding;
}

bool has_certificate(const net::Stream& stream)
{
    return stream.tls() && !stream.tls()->peer_fingerprint.empty();
}

} // namespace

bool allows_plaintext(const conf::Listener& listener, const net::Stream& stream)
{
    switch (listener.plaintext_auth) {
    case conf::PlaintextAuth::Always:
        return true;
    case conf::PlaintextAuth::OverTls:
        return stream.tls().has_value();
    case conf::PlaintextAuth::Never:
        return false;
    }
    return false;
}

std::vector<std::string> mechanisms(const conf::Config& config, const conf::Listener& listener,
                                    const net::Stream& stream)
{
    std::vector<std::string> out;
    for (const std::string& configured : config.auth.mechanisms) {
        const std::string name = ascii::upper(configured);
        const bool is_offered = name == "PLAIN" || name == "LOGIN" ? allows_plaintext(listener, stream)
                                : name == "SCRAM-SHA-256"          ? true
                                : name == "SCRAM-SHA-256-PLUS"     ? has_binding(stream)
                                                                   : false;
        if (is_offered)
            out.push_back(name);
    }
    // Only clients that showed a certificate are asked to use it; they know without a setting.
    if (config.auth.client_certificates && has_certificate(stream))
        out.push_back("EXTERNAL");
    // RFC 7628 §4: a token is a secret that travels as it is.
    if (takes_tokens(config.oauth) && allows_plaintext(listener, stream)) {
        out.push_back("OAUTHBEARER");
        out.push_back("XOAUTH2");
    }
    return out;
}

Result<std::unique_ptr<SaslExchange>> start_sasl(std::string_view mechanism, Authenticator& authenticator,
                                                 Attempt attempt, const conf::Config& config,
                                                 const conf::Listener& listener, const net::Stream& stream)
{
    const std::string name = ascii::upper(mechanism);
    const auto offered = mechanisms(config, listener, stream);
    const auto is_offered = [&](std::string_view one) {
        return std::find(offered.begin(), offered.end(), one) != offered.end();
    };
    if (!is_offered(name))
        return Error(Errc::NotFound, "mechanism not offered");
    if (name == "PLAIN")
        return start_plain(authenticator, std::move(attempt));
    if (name == "LOGIN")
        return start_login(authenticator, std::move(attempt));
    OtherLogins* logins = other_logins(authenticator);
    const bool is_bearer = name == "OAUTHBEARER" || name == "XOAUTH2";
    if (!logins && (is_bearer || name == "EXTERNAL"))
        return Error(Errc::NotFound, "mechanism not offered");
    if (is_bearer)
        return start_bearer(*logins, std::move(attempt),
                            name == "XOAUTH2" ? BearerKind::XOAuth2 : BearerKind::OAuthBearer,
                            bearer_errors(config.oauth));
    if (name == "EXTERNAL") {
        ExternalIdentity identity{stream.tls()->peer_fingerprint, stream.tls()->peer_address};
        return start_external(*logins, std::move(attempt), std::move(identity));
    }
    return start_scram_sha_256(authenticator, std::move(attempt),
                               binding_of(name, is_offered("SCRAM-SHA-256-PLUS"), stream));
}

} // namespace mailctl::auth
