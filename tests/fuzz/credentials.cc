// Fuzzes what tells who somebody is: keys and claims of tokens, SCRAM's messages, kept secrets.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/auth/oauth/claims.h"
#include "core/auth/oauth/token_keys.h"
#include "core/auth/scram_messages.h"
#include "core/auth/secrets/client_certificate.h"
#include "core/auth/secrets/line.h"
#include "core/crypto/scram.h"
#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;
using namespace mailctl::auth;

namespace {

const Time kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 25}};

conf::OAuthSettings settings()
{
    conf::OAuthSettings settings;
    settings.issuer = "i";
    settings.audience = {"a"};
    settings.scopes = {"s"};
    return settings;
}

void check_tokens(std::string_view text)
{
    if (const auto keys = parse_token_keys(text)) {
        require(!keys->empty() && keys->size() <= kMaxTokenKeys);
        require(!claims_of_jwt("eyJhbGciOiJSUzI1NiJ9.e30.AAAA", *keys));
        require(!claims_of_jwt("eyJhbGciOiJFZERTQSJ9.e30.AAAA", *keys));
        require(!claims_of_jwt("eyJhbGciOiJFUzI1NiJ9.e30." + std::string(86, 'A'), *keys));
    }
    static const auto settings_of_all = settings();
    static const std::vector<NamedKey> no_keys;
    require(!claims_of_jwt(text, no_keys));
    for (const auto from : {ClaimsFrom::Token, ClaimsFrom::Introspection}) {
        const auto user = user_of_claims(text, from, settings_of_all, kNow);
        require(!user || !user->empty());
        (void)user_of_claims(text, from, conf::OAuthSettings(), kNow);
    }
}

void check_scram(std::string_view text)
{
    if (const auto first = parse_scram_client_first(text)) {
        require(!first->name.empty() && !first->nonce.empty());
        require(first->header + first->bare == text);
    }
    if (const auto final = parse_scram_client_final(text))
        require(text.starts_with(final->without_proof));
    if (const auto keys = crypto::decode_scram(text))
        require(crypto::decode_scram(crypto::encode_scram(*keys)).has_value());
}

/// What is read and written anew says the same again.
void check_lines(std::string_view text)
{
    (void)LineReader::parse(text);
    const auto one = parse_client_certificate(text);
    if (!one)
        return;
    const std::string line = to_string(*one);
    const auto again = parse_client_certificate(line);
    require(again.has_value() && to_string(*again) == line);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_tokens(text);
    check_scram(text);
    check_lines(text);
    return 0;
}
