// A session's output, and its way into the TRANSACTION state.
#include "core/pop3/server/session.h"

#include <utility>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/delivery/reached.h"
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

Awaitable<Reply> open_maildrop(Session& s, auth::Login login)
{
    const AccountId account = login.user.account;
    if (locks()->is_too_soon(account, s.config().pop3.login_delay, s.now()))
        co_return Reply::error(Code::LoginDelay, "Wait before you log in again");
    if (!s.config().pop3.concurrent) {
        s.lock = locks()->take(account, s.stream.peer().address, s.now());
        if (!s.lock)
            co_return Reply::error(Code::InUse, "Another POP3 session has this mailbox open");
    }
    auto opened = co_await s.services->store->account(account);
    if (!opened) {
        s.lock.reset();
        log::error("pop3", "mailbox not opened", {{"user", login.name}, {"why", to_string(opened.error())}});
        co_return Reply::error(Code::SysTemp, "Cannot open the mailbox now");
    }
    auto domain = co_await s.services->store->directory().find_domain(login.user.address.domain);
    if (!domain) {
        s.lock.reset();
        log::error("pop3", "domain not read", {{"user", login.name}, {"why", to_string(domain.error())}});
        co_return Reply::error(Code::SysTemp, "Cannot open the mailbox now");
    }
    s.own = settings::own_settings(s.config(), *domain, login.user).pop3;
    auto drop = co_await Maildrop::open(*std::move(opened), s.own.order);
    if (!drop) {
        s.lock.reset();
        log::error("pop3", "mailbox not read", {{"user", login.name}, {"why", to_string(drop.error())}});
        co_return Reply::error(Code::SysTemp, "Cannot read the mailbox now");
    }
    s.drop = *std::move(drop);
    s.info->set_user(login.name);
    s.info->set_mailbox("INBOX");
    s.login = std::move(login);
    co_return Reply::ok(std::to_string(s.drop.count()) + " messages");
}

} // namespace mailctl::pop3
