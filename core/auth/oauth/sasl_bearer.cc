// OAUTHBEARER (RFC 7628) and XOAUTH2, which came before it: a token instead of a password.
#include <optional>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/auth/sasl_mechanisms.h"
#include "core/base/ascii.h"

namespace mailctl::auth {
namespace {

constexpr char kSeparator = '\x01';

SaslStep failure(Error error)
{
    SaslStep step;
    step.kind = SaslStep::Kind::Failure;
    step.error = std::move(error);
    return step;
}

/// What a client's first message says.
struct Bearer {
    std::string name; ///< empty: the token's
    std::string token;
};

/// "KEY=VALUE" between separators; nullopt: it is not there.
std::optional<std::string> value_of(std::string_view message, std::string_view key)
{
    for (const auto pair : ascii::split(message, kSeparator))
        if (pair.size() > key.size() && ascii::starts_with_ignoring_case(pair, key) && pair[key.size()] == '=')
            return std::string(pair.substr(key.size() + 1));
    return std::nullopt;
}

std::optional<std::string> token_of(std::string_view message)
{
    const auto value = value_of(message, "auth");
    if (!value || !ascii::starts_with_ignoring_case(*value, "Bearer "))
        return std::nullopt;
    return std::string(ascii::trim(std::string_view(*value).substr(7)));
}

/// saslname: "=2C" and "=3D" stand for "," and "=". RFC 5801 §4
std::optional<std::string> unescaped_name(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '=') {
            out += text[i];
            continue;
        }
        const std::string_view code = text.substr(i + 1, 2);
        if (code != "2C" && code != "3D")
            return std::nullopt;
        out += code == "2C" ? ',' : '=';
        i += 2;
    }
    return out;
}

/// gs2-header kvsep *kvpair kvsep, with gs2-header "n," [ "a=" saslname ] ",". RFC 7628 §3.1
std::optional<Bearer> parse_oauthbearer(std::string_view message)
{
    const std::size_t end = message.find(kSeparator);
    const std::string_view header = message.substr(0, end);
    if (end == std::string_view::npos || message.size() < end + 3 || !message.ends_with("\x01\x01"))
        return std::nullopt;
    const auto parts = ascii::split(header, ',');
    // No channel binding (RFC 7628 §3.1): "y" tells of one that could be, "p" asks for it.
    if (parts.size() != 3 || (parts[0] != "n" && parts[0] != "y") || !parts[2].empty())
        return std::nullopt;
    if (!parts[1].empty() && !parts[1].starts_with("a="))
        return std::nullopt;
    const auto name = unescaped_name(parts[1].empty() ? std::string_view() : parts[1].substr(2));
    const auto token = token_of(message.substr(end + 1));
    if (!name || !token)
        return std::nullopt;
    return Bearer{*name, *token};
}

/// "user=" NAME kvsep "auth=Bearer " TOKEN kvsep kvsep
std::optional<Bearer> parse_xoauth2(std::string_view message)
{
    const auto name = value_of(message, "user");
    const auto token = token_of(message);
    if (!name || !token)
        return std::nullopt;
    return Bearer{*name, *token};
}

class BearerMechanism : public SaslExchange {
public:
    BearerMechanism(OtherLogins& logins, Attempt attempt, BearerKind kind, BearerErrors errors)
        : logins_(logins), attempt_(std::move(attempt)), kind_(kind), errors_(std::move(errors))
    {
    }

    Awaitable<SaslStep> step(std::optional<std::string> message) override
    {
        if (refused_) // the client has read the error; what it says to it does not matter
            co_return failure(*std::exchange(refused_, std::nullopt));
        if (!message) {
            SaslStep empty;
            empty.kind = SaslStep::Kind::Challenge;
            co_return empty;
        }
        auto bearer = kind_ == BearerKind::OAuthBearer ? parse_oauthbearer(*message) : parse_xoauth2(*message);
        if (!bearer)
            co_return failure(Error(Errc::Invalid, "malformed bearer message"));
        auto login = co_await logins_.check_token(attempt_, std::move(bearer->name), std::move(bearer->token));
        if (!login && login.error().code() != Errc::Denied)
            co_return failure(login.error());
        co_return login ? success(*std::move(login)) : refuse(login.error());
    }

private:
    static SaslStep success(Login login)
    {
        SaslStep step;
        step.kind = SaslStep::Kind::Success;
        step.login = std::move(login);
        return step;
    }

    /// The error travels as a challenge, before the failure itself. RFC 7628 §3.2.2
    SaslStep refuse(Error error)
    {
        refused_ = std::move(error);
        SaslStep step;
        step.kind = SaslStep::Kind::Challenge;
        step.challenge = kind_ == BearerKind::OAuthBearer ? errors_.oauthbearer : errors_.xoauth2;
        return step;
    }

    OtherLogins& logins_;
    Attempt attempt_;
    BearerKind kind_;
    BearerErrors errors_;
    std::optional<Error> refused_;
};

} // namespace

BearerErrors bearer_errors(const conf::OAuthSettings& settings)
{
    std::string scope;
    for (const auto& one : settings.scopes)
        scope += (scope.empty() ? "" : " ") + one;
    boost::json::object error{{"status", "invalid_token"}};
    boost::json::object old{{"status", "401"}, {"schemes", "bearer"}};
    if (!scope.empty())
        error["scope"] = old["scope"] = scope;
    if (!settings.configuration_url.empty())
        error["openid-configuration"] = settings.configuration_url;
    return {boost::json::serialize(error), boost::json::serialize(old)};
}

std::unique_ptr<SaslExchange> start_bearer(OtherLogins& logins, Attempt attempt, BearerKind kind,
                                           BearerErrors errors)
{
    return std::make_unique<BearerMechanism>(logins, std::move(attempt), kind, std::move(errors));
}

} // namespace mailctl::auth
