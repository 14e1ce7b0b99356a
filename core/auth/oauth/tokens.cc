// Keys first, the endpoint where they cannot tell.
#include "core/auth/oauth/tokens.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "conf/load.h"
#include "core/auth/oauth/claims.h"
#include "core/auth/oauth/introspect.h"
#include "core/base/log.h"
#include "core/base/read_file.h"

namespace mailctl::auth {
namespace {

/// On a worker.
Awaitable<Result<std::string>> introspect_job(Introspection what)
{
    co_return introspect(what);
}

Result<std::vector<NamedKey>> read_keys(const std::string& path)
{
    TRY(const std::string text, read_file(path));
    return parse_token_keys(text);
}

} // namespace

bool takes_tokens(const conf::OAuthSettings& settings)
{
    return !settings.keys.empty() || !settings.introspection_url.empty();
}

std::shared_ptr<const Tokens::State> Tokens::state() const
{
    const std::lock_guard lock(mutex_);
    return state_;
}

void Tokens::configure(const conf::OAuthSettings& settings)
{
    auto fresh = std::make_shared<State>();
    fresh->settings = settings;
    if (!settings.keys.empty()) {
        auto keys = read_keys(settings.keys);
        if (keys)
            fresh->keys = *std::move(keys);
        else
            log::error("auth", "keys of tokens not read",
                       {{"file", settings.keys}, {"why", to_string(keys.error())}});
    }
    if (!settings.client_secret.empty()) {
        auto secret = conf::read_secret(settings.client_secret);
        if (secret)
            fresh->client_secret = *std::move(secret);
        else
            log::error("auth", "secret of the introspection endpoint not read",
                       {{"why", to_string(secret.error())}});
    }
    const std::lock_guard lock(mutex_);
    state_ = std::move(fresh);
}

Awaitable<Result<std::string>> Tokens::check(std::string token, Time now)
{
    const auto current = state();
    if (token.empty() || token.size() > kMaxTokenOctets)
        co_return Error(Errc::Denied, "token: empty or too long");
    const auto claims = claims_of_jwt(token, current->keys);
    if (claims)
        co_return user_of_claims(*claims, ClaimsFrom::Token, current->settings, now);
    if (current->settings.introspection_url.empty())
        co_return Error(Errc::Denied, claims.error().detail());
    Introspection what{current->settings.introspection_url, current->settings.client_id,
                       current->client_secret, current->settings.ca, std::move(token),
                       current->settings.timeout};
    auto work = boost::asio::co_spawn(workers_, introspect_job(std::move(what)), boost::asio::use_awaitable);
    auto told = co_await std::move(work);
    if (!told)
        co_return told.error();
    co_return user_of_claims(*told, ClaimsFrom::Introspection, current->settings, now);
}

} // namespace mailctl::auth
