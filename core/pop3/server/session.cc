// A session's output, and its way into the TRANSACTION state.
#include "core/pop3/server/session.h"

#include <optional>
#include <utility>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/delivery/reached.h"
#include "core/delivery/wiped.h"
#include "core/pop3/limits.h"
#include "core/settings/own_settings.h"
#include "store/store.h"

namespace mailctl::pop3 {

Session::Session(net::Stream& connection, std::shared_ptr<const delivery::Services> all,
                 conf::Listener heard_at, std::shared_ptr<net::SessionInfo> face)
    : stream(connection),
      reader(connection),
      services(std::move(all)),
      listener(std::move(heard_at)),
      info(std::move(face)),
      start(services->clock->now())
{
}

const conf::ConnectionLimits& Session::limits() const
{
    return config().limits.pop3;
}

bool Session::may_start_tls() const
{
    const bool is_offered =
        listener.tls == conf::TlsMode::StartTls || listener.tls == conf::TlsMode::RequireStartTls;
    return is_offered && services->tls != nullptr && !is_tls();
}

auth::Attempt Session::attempt() const
{
    auth::Attempt made;
    made.peer = stream.peer();
    made.service = store::Right::Pop3;
    made.area = "pop3";
    made.tls = is_tls();
    if (const auto& tls = stream.tls())
        made.fingerprint = tls->peer_fingerprint;
    made.domain = delivery::reached(*services, stream.local()).domain;
    return made;
}

void Session::say(const Reply& reply)
{
    out += reply.line();
    closing = closing || reply.closes();
}

Awaitable<> Session::flush()
{
    if (out.empty())
        co_return;
    co_await stream.write(out);
    out.clear();
    if (out.capacity() > kMaxPendingOctets)
        out.shrink_to_fit();
}

Awaitable<> Session::flush_if_full()
{
    if (out.size() >= kMaxPendingOctets)
        co_await flush();
}

Awaitable<net::Line> Session::read_line(std::size_t limit)
{
    if (!reader.has_buffered()) {
        co_await flush();
        reader.release();
    }
    co_await flush_if_full();
    co_return co_await reader.read_line(limit);
}

Reply refusal_of(const Error& error)
{
    switch (error.code()) {
    case Errc::Denied:
        return Reply::error(Code::Auth, "Authentication failed").bad();
    case Errc::Busy:
        return Reply::error(Code::SysTemp, "Too many failed logins, try later").bad();
    case Errc::Invalid:
        return Reply::error("Malformed authentication data").bad();
    default:
        return Reply::error(Code::SysTemp, "Cannot check the login now, try later");
    }
}

namespace {

/// The one session that a mailbox has at a time; nullopt: it is this one. A mailbox without mail is
/// nobody else's.
std::optional<Reply> lock_maildrop(Session& s, const auth::Login& login)
{
    const AccountId account = login.user.account;
    if (login.is_wiped)
        return std::nullopt;
    if (locks()->is_too_soon(account, s.config().pop3.login_delay, s.now()))
        return Reply::error(Code::LoginDelay, "Wait before you log in again");
    if (s.config().pop3.concurrent)
        return std::nullopt;
    s.lock = locks()->take(account, s.stream.peer().address, s.now());
    if (!s.lock)
        return Reply::error(Code::InUse, "Another POP3 session has this mailbox open");
    return std::nullopt;
}

/// Fills what the session has of its user: settings and messages. Errors: those of the store.
Awaitable<Result<>> open_for(Session& s, auth::Login& login)
{
    if (login.is_wiped) { // USR-12
        auto user = std::move(login.user);
        CO_TRY(auto wiped, co_await delivery::wiped(s.services, std::move(user)));
        s.services = std::move(wiped.services);
        login.user = std::move(wiped.user);
    }
    CO_TRY(auto opened, co_await s.services->store->account(login.user.account));
    CO_TRY(const auto domain,
           co_await s.services->store->directory().find_domain(login.user.address.domain));
    const auto own = settings::own_settings(s.config(), domain, login.user);
    s.own = own.pop3;
    s.own_user = own.user;
    CO_TRY(s.drop, co_await Maildrop::open(std::move(opened), s.own.order));
    co_return ok();
}

} // namespace

Awaitable<Reply> open_maildrop(Session& s, auth::Login login)
{
    if (auto refused = lock_maildrop(s, login))
        co_return *std::move(refused);
    const auto opened = co_await open_for(s, login);
    if (!opened) {
        s.lock.reset();
        log::error("pop3", "mailbox not opened", {{"user", login.name}, {"why", to_string(opened.error())}});
        co_return Reply::error(Code::SysTemp, "Cannot open the mailbox now");
    }
    s.info->set_user(login.name, login.credential);
    s.info->set_mailbox("INBOX");
    s.login = std::move(login);
    co_return Reply::ok(std::to_string(s.drop.count()) + " messages");
}

} // namespace mailctl::pop3
