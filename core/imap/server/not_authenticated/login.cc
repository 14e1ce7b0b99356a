// LOGIN: name and password in the clear, under TLS.
#include "core/imap/server/not_authenticated/login.h"

#include <utility>

#include "core/base/log.h"
#include "core/delivery/reached.h"
#include "core/delivery/wiped.h"
#include "core/imap/limits.h"
#include "core/settings/own_settings.h"
#include "store/store.h"

namespace mailctl::imap {

auth::Attempt attempt_of(const Session& session)
{
    auth::Attempt attempt;
    attempt.peer = session.stream->peer();
    attempt.service = store::Right::Imap;
    attempt.area = "imap";
    if (const auto& tls = session.stream->tls()) {
        attempt.tls = true;
        attempt.fingerprint = tls->peer_fingerprint;
    }
    attempt.domain = delivery::reached(*session.services, session.stream->local()).domain;
    return attempt;
}

namespace {

/// From here on the session has a store without mail. USR-12
Awaitable<Result<>> wipe(Session& session, auth::Login& login)
{
    auto user = std::move(login.user);
    CO_TRY(auto wiped, co_await delivery::wiped(session.services, std::move(user)));
    session.full_services = std::exchange(session.services, std::move(wiped.services));
    login.user = std::move(wiped.user);
    co_return ok();
}

} // namespace

Awaitable<Completion> enter(Session& session, auth::Login login)
{
    if (login.is_wiped) {
        const auto wiped = co_await wipe(session, login);
        if (!wiped)
            co_return refuse_login(session, wiped.error());
    }
    auto account = co_await session.services->store->account(login.user.account);
    if (!account)
        co_return refuse_login(session, account.error());
    const auto domain =
        co_await session.services->store->directory().find_domain(login.user.address.domain);
    if (!domain)
        co_return refuse_login(session, domain.error());
    const auto own = settings::own_settings(session.config(), *domain, login.user);
    session.extensions = extensions_for(session, own.imap);
    session.own = own.user;
    session.account = std::move(*account);
    session.user = login.name;
    session.is_read_only = !login.user.may_change_mail();
    session.state = State::Authenticated;
    session.info->set_user(session.user, std::move(login.credential));
    log::info("imap", "login",
              {{"user", session.user},
               {"peer", session.stream->peer().address},
               {"tls", session.stream->tls() ? "yes" : "no"}});
    co_return Completion::ok("CAPABILITY " + capabilities(session), "Logged in");
}

/// RFC 5530 §3. An unknown user, a wrong password and a missing right look the same.
Completion refuse_login(Session& session, const Error& error)
{
    if (++session.failed_logins >= kFailedLogins) {
        put_bye(session, "Too many failed logins");
        session.state = State::Logout;
    }
    if (error.code() == Errc::Busy || error.code() == Errc::Unavailable ||
        error.code() == Errc::Corrupt)
        return Completion::no("UNAVAILABLE", "Try again later");
    return Completion::no("AUTHENTICATIONFAILED", "Authentication failed");
}

/// RFC 3501 §6.2.3.
Awaitable<Completion> on_login(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.astring());
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto password, args.astring());
    CO_PARSE_TRY_VOID(args.end());
    if (!may_login_in_plain_text(session))
        co_return Completion::no("PRIVACYREQUIRED", "Passwords are taken under TLS only");
    auto attempt = attempt_of(session);
    auto login = co_await session.services->authenticator->check_password(
        std::move(attempt), std::move(name), std::move(password));
    if (!login)
        co_return refuse_login(session, login.error());
    co_return co_await enter(session, std::move(*login));
}

} // namespace mailctl::imap
