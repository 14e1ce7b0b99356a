// Reads keys and verifies tokens.
#include "core/auth/oauth/token_keys.h"

#include <optional>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "core/auth/oauth/claims.h"
#include "core/base/ascii.h"

namespace mailctl::auth {
namespace {

namespace json = boost::json;
using crypto::TokenAlgorithm;
using crypto::TokenKey;

constexpr std::string_view kPemEnd = "-----END ";

std::string text_of(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    const auto* text = value ? value->if_string() : nullptr;
    return text ? std::string(text->data(), text->size()) : std::string();
}

Result<json::object> parse_object(std::string_view text)
{
    boost::json::error_code error;
    auto parsed = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !parsed.is_object())
        return Error(Errc::Invalid, "no JSON object");
    return std::move(parsed.get_object());
}

std::optional<TokenAlgorithm> algorithm_of(std::string_view name)
{
    if (name == "RS256")
        return TokenAlgorithm::Rs256;
    if (name == "ES256")
        return TokenAlgorithm::Es256;
    return name == "EdDSA" ? std::optional(TokenAlgorithm::EdDsa) : std::nullopt;
}

Result<TokenKey> key_of(const json::object& jwk)
{
    const std::string type = text_of(jwk, "kty");
    if (type == "RSA") {
        TRY(const std::string n, crypto::decode_base64url(text_of(jwk, "n")));
        TRY(const std::string e, crypto::decode_base64url(text_of(jwk, "e")));
        return TokenKey::from_rsa(n, e);
    }
    TRY(const std::string x, crypto::decode_base64url(text_of(jwk, "x")));
    if (type == "EC" && text_of(jwk, "crv") == "P-256") {
        TRY(const std::string y, crypto::decode_base64url(text_of(jwk, "y")));
        return TokenKey::from_p256(x, y);
    }
    if (type == "OKP" && text_of(jwk, "crv") == "Ed25519")
        return TokenKey::from_ed25519(x);
    return Error(Errc::Invalid, "a kind of key that is not taken");
}

/// RFC 7517 §5: keys that are not understood are passed over.
void add_jwk(const json::object& jwk, std::vector<NamedKey>& keys)
{
    const std::string use = text_of(jwk, "use");
    if (!use.empty() && use != "sig")
        return;
    if (auto key = key_of(jwk))
        keys.push_back({text_of(jwk, "kid"), *std::move(key)});
}

Result<std::vector<NamedKey>> parse_jwks(std::string_view text)
{
    TRY(const json::object set, parse_object(text));
    std::vector<NamedKey> keys;
    const auto* list = set.if_contains("keys");
    if (!list)
        add_jwk(set, keys);
    else if (list->is_array())
        for (const auto& one : list->get_array())
            if (one.is_object())
                add_jwk(one.get_object(), keys);
    return keys;
}

Result<std::vector<NamedKey>> parse_pems(std::string_view text)
{
    std::vector<NamedKey> keys;
    while (text.find(kPemEnd) != std::string_view::npos) {
        const std::size_t mark = text.find(kPemEnd);
        const std::size_t end = std::min(text.find('\n', mark), text.size());
        TRY(TokenKey key, TokenKey::from_pem(text.substr(0, end)));
        keys.push_back({{}, std::move(key)});
        text.remove_prefix(end);
    }
    return keys;
}

} // namespace

Result<std::vector<NamedKey>> parse_token_keys(std::string_view text)
{
    text = ascii::trim(text);
    if (text.size() > kMaxKeyFileOctets)
        return Error(Errc::Invalid, "over " + std::to_string(kMaxKeyFileOctets) + " octets");
    TRY(auto keys, text.starts_with('{') ? parse_jwks(text) : parse_pems(text));
    if (keys.empty())
        return Error(Errc::Invalid, "no key for tokens");
    if (keys.size() > kMaxTokenKeys)
        return Error(Errc::Invalid, "over " + std::to_string(kMaxTokenKeys) + " keys");
    return keys;
}

Result<std::string> claims_of_jwt(std::string_view token, const std::vector<NamedKey>& keys)
{
    const auto parts = ascii::split(token, '.');
    if (parts.size() != 3 || token.size() > kMaxTokenOctets)
        return Error(Errc::Invalid, "no JWT");
    TRY(const std::string header_text, crypto::decode_base64url(parts[0]));
    TRY(const json::object header, parse_object(header_text));
    TRY(const std::string signature, crypto::decode_base64url(parts[2]));
    const auto algorithm = algorithm_of(text_of(header, "alg"));
    if (!algorithm || header.contains("crit"))
        return Error(Errc::Denied, "token: an algorithm or extension that is not taken");
    const std::string_view signed_octets = token.substr(0, parts[0].size() + 1 + parts[1].size());
    const std::string id = text_of(header, "kid");
    for (const NamedKey& one : keys) {
        const bool is_named = id.empty() || one.id.empty() || one.id == id;
        if (is_named && one.key.algorithm() == *algorithm && one.key.verifies(signed_octets, signature))
            return crypto::decode_base64url(parts[1]);
    }
    return Error(Errc::Denied, "token: no key verifies it");
}

} // namespace mailctl::auth
