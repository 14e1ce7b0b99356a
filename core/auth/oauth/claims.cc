// Checks claims with Boost.JSON.
#include "core/auth/oauth/claims.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "core/base/ascii.h"

namespace mailctl::auth {
namespace {

namespace json = boost::json;

constexpr double kMostSeconds = 1e11; ///< far beyond any date; keeps sums within range

Error refuse(std::string_view what)
{
    return Error(Errc::Denied, "token: " + std::string(what));
}

std::string text_of(const json::object& claims, std::string_view name)
{
    const auto* value = claims.if_contains(name);
    const auto* text = value ? value->if_string() : nullptr;
    return text ? std::string(text->data(), text->size()) : std::string();
}

/// A text or an array of texts. RFC 7519 §4.1.3
std::vector<std::string> texts_of(const json::object& claims, std::string_view name)
{
    std::vector<std::string> out;
    const auto* value = claims.if_contains(name);
    if (value && value->is_string())
        out.push_back(text_of(claims, name));
    if (value && value->is_array())
        for (const auto& one : value->get_array())
            if (const auto* text = one.if_string())
                out.emplace_back(text->data(), text->size());
    return out;
}

/// NumericDate. RFC 7519 §2
Result<std::optional<Time>> time_of(const json::object& claims, std::string_view name)
{
    const auto* value = claims.if_contains(name);
    if (!value)
        return std::optional<Time>();
    boost::json::error_code error;
    const double count = value->is_number() ? value->to_number<double>(error) : -1;
    if (error || !(count >= 0 && count < kMostSeconds))
        return refuse(std::string(name) + " is no time");
    return std::optional(Time(milliseconds(static_cast<std::int64_t>(count * 1000))));
}

Result<> check_times(const json::object& claims, ClaimsFrom from, const conf::OAuthSettings& settings, Time now)
{
    TRY(const auto expires, time_of(claims, "exp"));
    TRY(const auto not_before, time_of(claims, "nbf"));
    if (!expires && from == ClaimsFrom::Token)
        return refuse("exp is missing");
    if (expires && *expires + settings.leeway <= now)
        return refuse("expired");
    if (not_before && *not_before - settings.leeway > now)
        return refuse("not valid yet");
    return ok();
}

Result<> check_origin(const json::object& claims, const conf::OAuthSettings& settings)
{
    if (!settings.issuer.empty() && text_of(claims, "iss") != settings.issuer)
        return refuse("another issuer");
    const auto audience = texts_of(claims, "aud");
    const bool is_for_us = std::any_of(audience.begin(), audience.end(), [&](const std::string& one) {
        return std::find(settings.audience.begin(), settings.audience.end(), one) != settings.audience.end();
    });
    if (!settings.audience.empty() && !is_for_us)
        return refuse("for another audience");
    return ok();
}

/// "scope", blanks between them (RFC 6749 §3.3), or "scp" as some issuers write it.
Result<> check_scopes(const json::object& claims, const conf::OAuthSettings& settings)
{
    std::vector<std::string> granted = texts_of(claims, "scp");
    const std::string text = text_of(claims, "scope");
    for (const auto one : ascii::split(text, ' '))
        granted.emplace_back(one);
    for (const auto& wanted : settings.scopes)
        if (std::find(granted.begin(), granted.end(), wanted) == granted.end())
            return refuse("without the scope " + wanted);
    return ok();
}

} // namespace

Result<std::string> user_of_claims(std::string_view text, ClaimsFrom from,
                                   const conf::OAuthSettings& settings, Time now)
{
    if (text.size() > kMaxClaimsOctets)
        return refuse("claims are too large");
    boost::json::error_code error;
    const auto parsed = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !parsed.is_object())
        return refuse("claims are no JSON object");
    const json::object& claims = parsed.get_object();
    const auto* active = claims.if_contains("active");
    if (from == ClaimsFrom::Introspection && !(active && active->is_bool() && active->get_bool()))
        return refuse("not active");
    TRY_VOID(check_times(claims, from, settings, now));
    TRY_VOID(check_origin(claims, settings));
    TRY_VOID(check_scopes(claims, settings));
    std::string user = text_of(claims, settings.user_claim);
    if (user.empty())
        return refuse("claim " + settings.user_claim + " is missing");
    return user;
}

} // namespace mailctl::auth
