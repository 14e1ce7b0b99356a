// Sender checks: null senders, logins that ended, own addresses, hosted domains from outside.
#include "core/smtp/server/sender.h"

#include "conf/config.h"
#include "core/route/route.h"
#include "core/smtp/server/refusal.h"
#include "core/smtp/server/session.h"
#include "store/account.h"
#include "store/store.h"

namespace mailctl::smtp {
namespace {

/// QTA-02: whether the login's mailbox has reached its quota.
Awaitable<Result<bool>> has_full_mailbox(Session& s)
{
    auto account = co_await s.services->store->account(s.login->user.account);
    if (!account)
        co_return account.error();
    const auto limits = co_await (*account)->limits();
    if (!limits)
        co_return limits.error();
    const auto usage = co_await (*account)->usage();
    if (!usage)
        co_return usage.error();
    co_return (limits->octets != 0 && usage->octets >= limits->octets) ||
        (limits->messages != 0 && usage->messages >= limits->messages);
}

/// AUTH-03: the account may have been closed since the login.
Awaitable<Say> check_account(Session& s)
{
    auto user = co_await s.services->store->directory().find_account(s.login->user.account);
    if (!user)
        co_return user.error().code() == Errc::NotFound ? Say::AccountClosed : Say::TemporaryFailure;
    if (!user->may_login(s.now()) || !user->has(store::Right::Smtp))
        co_return Say::AccountClosed;
    s.login->user = *std::move(user);
    const auto limits = co_await read_own_limits(s);
    if (!limits)
        co_return Say::TemporaryFailure;
    if (!s.config().quota.block_sending)
        co_return Say::Ok;
    const auto full = co_await has_full_mailbox(s);
    if (!full)
        co_return Say::TemporaryFailure;
    co_return *full ? Say::SenderOverQuota : Say::Ok;
}

/// AUTH-08: mail that claims one of our domains, or of a route that counts as ours (OUT-03), without
/// a login; AUTH-03: a domain may insist.
Awaitable<Say> check_local_sender(Session& s, address::Address sender)
{
    const conf::LocalSender setting = s.config().smtp.local_sender;
    const bool is_open =
        setting == conf::LocalSender::Any || (setting == conf::LocalSender::Trusted && s.trusted);
    if (s.is_lmtp() || s.local)
        co_return Say::Ok;
    std::string name = sender.domain;
    const auto domain = co_await s.services->store->directory().find_domain(std::move(name));
    const bool is_unknown = !domain && domain.error().code() == Errc::NotFound;
    if (!domain && !is_unknown)
        co_return Say::TemporaryFailure;
    if (is_unknown && !route::owning(s.config(), to_string(sender)))
        co_return Say::Ok; // somebody else's
    const bool insists = !is_unknown && domain->requires_auth && !s.trusted;
    co_return is_open && !insists ? Say::Ok : Say::LocalSenderRefused;
}

} // namespace

Awaitable<Result<delivery::MaySend>> may_send(Session& s, address::Address sender)
{
    switch (s.config().smtp.sender_match) {
    case conf::SenderMatch::Off: co_return delivery::MaySend::Yes;
    case conf::SenderMatch::Domain:
        if (sender.domain == s.login->user.address.domain)
            co_return delivery::MaySend::Yes;
        break; // an alias domain or a granted address may still do
    case conf::SenderMatch::Account: break;
    }
    co_return co_await s.services->router->may_send_as(s.login->user, std::move(sender));
}

Awaitable<Say> check_sender(Session& s, std::optional<address::Address> sender)
{
    if (s.login) {
        const Say said = co_await check_account(s);
        if (said != Say::Ok || !sender) // disposition notifications have no sender: RFC 8098 §3
            co_return said;
        const auto may = co_await may_send(s, *std::move(sender));
        if (!may)
            co_return say_for(may.error(), s.config().smtp.over_quota);
        co_return *may == delivery::MaySend::No ? Say::SenderNotOwned : Say::Ok;
    }
    if (!sender)
        co_return s.config().smtp.null_sender || s.local ? Say::Ok : Say::NullSenderRefused;
    co_return co_await check_local_sender(s, *std::move(sender));
}

} // namespace mailctl::smtp
