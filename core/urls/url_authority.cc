// Signs URLs, and says whom a signed one lets read.
#include "core/urls/url_authority.h"

#include <algorithm>
#include <utility>

#include "conf/config.h"
#include "core/auth/login_name.h"
#include "core/base/ascii.h"
#include "core/crypto/compare.h"
#include "core/crypto/digest.h"
#include "core/crypto/hex.h"
#include "core/delivery/services.h"
#include "store/account.h"
#include "store/store.h"
#include "store/url_keys.h"

namespace mailctl::urls {

using imap::MessageUrl;
using imap::UrlAuthorization;
using sharing::Viewer;

namespace {

using Access = UrlAuthorization::Access;

/// Which algorithm made the token, so that another one may follow. RFC 4467 §2.4.1
constexpr std::string_view kHmacSha256 = "01";

Error denied()
{
    return Error(Errc::Denied, "not for this reader");
}

bool may_use_imap(const auth::LoginName& login, Time now)
{
    return login.user && login.is_domain_enabled && login.user->may_login(now) &&
           login.user->has(store::Right::Imap);
}

/// Whether the name is the reader's own.
Awaitable<Result<bool>> is_reader(const delivery::Services& services, const UrlReader& reader,
                                  std::string name)
{
    CO_TRY(const auto login, co_await auth::find_login_name(services.store->directory(), *services.config,
                                                            reader.domain, std::move(name)));
    co_return login.user && login.user->account == reader.account;
}

/// RFC 4467 §3: what the access identifier says of the reader.
Awaitable<Result<bool>> is_meant(const delivery::Services& services, const UrlReader& reader,
                                 const UrlAuthorization& authorization)
{
    switch (authorization.access) {
    case Access::Anonymous:
    case Access::AuthUser: // nobody comes here without a login
        co_return true;
    case Access::User:
        co_return co_await is_reader(services, reader, authorization.user);
    case Access::Submit:
        break;
    }
    if (reader.is_submission_server)
        co_return true;
    if (!reader.submits)
        co_return false;
    co_return co_await is_reader(services, reader, authorization.user);
}

bool is_own_host(const delivery::Services& services, std::string_view host)
{
    const auto is_it = [host](std::string_view name) {
        return !name.empty() && ascii::equals_ignoring_case(name, host);
    };
    const auto& config = *services.config;
    return is_it(services.hostname) || is_it(config.autoconfig.host) ||
           std::any_of(config.addresses.begin(), config.addresses.end(),
                       [&](const auto& address) { return is_it(address.hostname); });
}

} // namespace

Awaitable<Result<std::string>> domain_of_host(const delivery::Services& services, std::string host,
                                              std::string domain)
{
    if (is_own_host(services, host))
        co_return domain;
    const auto found = co_await services.store->directory().find_domain(ascii::lower(host));
    if (!found)
        co_return found.error();
    co_return found->name;
}

Awaitable<Result<Viewer>> find_viewer(const delivery::Services& services, std::string domain,
                                      std::string name)
{
    CO_TRY(const auto login, co_await auth::find_login_name(services.store->directory(), *services.config,
                                                            std::move(domain), std::move(name)));
    if (!may_use_imap(login, services.clock->now()))
        co_return Error(Errc::NotFound, "no such user");
    CO_TRY(auto account, co_await services.store->account(login.user->account));
    co_return Viewer(services.config, *services.store, std::move(account));
}

Awaitable<Result<std::string>> url_token(Viewer owner, MessageUrl url)
{
    const auto found = co_await sharing::find_mailbox(owner, url.mailbox, store::MailboxRight::Read);
    if (!found)
        co_return found.error();
    CO_TRY(const auto key, co_await found->account->url_keys().url_key(found->mailbox.id));
    const auto mac = crypto::hmac(crypto::Hash::Sha256, key, url.authorization->rump);
    co_return std::string(kHmacSha256) + crypto::encode_hex(mac);
}

Awaitable<Result<Viewer>> check_url(const delivery::Services& services, MessageUrl url,
                                    UrlReader reader)
{
    if (!url.authorization || url.authorization->mechanism != kUrlMechanism)
        co_return denied();
    const auto domain = co_await domain_of_host(services, url.host, reader.domain);
    if (!domain && domain.error().code() == Errc::NotFound)
        co_return denied();
    if (!domain)
        co_return domain.error();
    const auto& authorization = *url.authorization;
    if (authorization.expires && *authorization.expires <= services.clock->now())
        co_return denied();
    CO_TRY(const bool meant, co_await is_meant(services, reader, authorization));
    if (!meant)
        co_return denied();
    CO_TRY(auto owner, co_await find_viewer(services, *domain, url.user));
    CO_TRY(const auto token, co_await url_token(owner, url));
    if (!crypto::equals_in_constant_time(token, ascii::lower(authorization.token)))
        co_return denied();
    co_return owner;
}

} // namespace mailctl::urls
