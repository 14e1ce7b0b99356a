// Settings of bearer tokens: rows of [oauth].
#include "conf/schema/arrays.h"
#include "conf/schema/row_types.h"
#include "conf/schema/parts.h"

namespace mailctl::conf {
namespace {

#define AT(member)       \
    [](auto& c) -> auto& \
    {                    \
        return c.member; \
    }

template <class Get>
Setting<Config> row(std::string_view path, Get get, std::string_view help, std::string_view manual = {})
{
    return rows::row<Config>(path, get, Effect::Reconnect, help, manual);
}

} // namespace

void add_oauth_rows(SettingRows& out)
{
    out.push_back(row("oauth.keys", AT(oauth.keys),
                      "File with the keys that tokens are verified with: a JWK set, or PEM",
                      "RS256, ES256 and EdDSA. With it, or with oauth.introspection_url, "
                      "OAUTHBEARER and XOAUTH2 are offered where passwords may be sent. The file is "
                      "read at the start and at each reload."));
    out.push_back(row("oauth.issuer", AT(oauth.issuer), "Who must have issued a token (iss); empty: anyone"));
    out.push_back(row("oauth.audience", AT(oauth.audience),
                      "One of these a token must be for (aud); empty: not looked at"));
    out.push_back(row("oauth.scopes", AT(oauth.scopes), "Scopes that a token must have, all of them"));
    out.push_back(row("oauth.user_claim", AT(oauth.user_claim),
                      "The claim that holds the login name",
                      "\"email\", \"preferred_username\", \"sub\", \"username\": whatever the issuer lets no "
                      "user choose."));
    out.push_back(row("oauth.introspection_url", AT(oauth.introspection_url),
                      "Endpoint that is asked about tokens that no key verifies (RFC 7662)",
                      "https, or http to 127.0.0.1, [::1] or localhost."));
    out.push_back(row("oauth.client_id", AT(oauth.client_id), "Name of this server at that endpoint"));
    out.push_back(row("oauth.client_secret", AT(oauth.client_secret),
                      "Its password there: \"file:PATH\", \"env:NAME\" or \"cmd:COMMAND\""));
    out.push_back(row("oauth.ca", AT(oauth.ca),
                      "File with the authorities of the endpoint; empty: the system's"));
    out.push_back(row("oauth.timeout", AT(oauth.timeout), "How long the endpoint may take"));
    out.push_back(row("oauth.leeway", AT(oauth.leeway), "How far clocks may differ for exp and nbf"));
    out.push_back(row("oauth.configuration_url", AT(oauth.configuration_url),
                      "OpenID configuration that clients with a refused token are told of"));
}

} // namespace mailctl::conf
