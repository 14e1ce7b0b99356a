// What is done at a limit is one setting: sending.action.
#include "core/smtp/server/sending.h"

#include <algorithm>
#include <map>

#include "conf/config.h"
#include "core/abuse/containment.h"
#include "core/base/log.h"
#include "core/delivery/deliver.h"
#include "core/delivery/mass_mail.h"
#include "core/delivery/notice.h"
#include "core/delivery/sending.h"
#include "core/delivery/router.h"
#include "core/route/route.h"
#include "core/settings/own_settings.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

using delivery::SendingVerdict;

Say say_for_limit(const Session& s)
{
    const bool refuse = s.config().sending.action == conf::LimitAction::Refuse;
    return refuse ? Say::SendingLimit : Say::SendingLimitForNow;
}

/// The user whose address a local program gives as sender; nullopt: somebody else's.
Awaitable<Result<std::optional<store::User>>> local_user(Session& s, address::Address sender)
{
    store::Directory& directory = s.services->store->directory();
    auto domain = co_await directory.find_domain(sender.domain);
    if (!domain && domain.error().code() == Errc::NotFound)
        co_return std::optional<store::User>();
    if (!domain)
        co_return domain.error();
    address::Address folded = address::folded(sender);
    folded.domain = domain->name;
    auto entry = co_await directory.find(std::move(folded));
    if (!entry && entry.error().code() == Errc::NotFound)
        co_return std::optional<store::User>();
    if (!entry)
        co_return entry.error();
    if (auto* user = std::get_if<store::User>(&*entry))
        co_return std::optional<store::User>(std::move(*user));
    co_return std::optional<store::User>();
}

/// Tells the log each time, and sending.notify once a window.
Awaitable<> tell(Session& s, const SendingVerdict& verdict)
{
    log::warn(s.area(), "sending limit",
              {{"who", verdict.subject},
               {"limit", verdict.limit},
               {"login", s.account},
               {"peer", s.stream.peer().address}});
    if (!verdict.is_first || s.config().sending.notify.empty())
        co_return;
    delivery::Notice notice;
    notice.to = s.config().sending.notify;
    notice.subject = "Sending limit reached: " + verdict.subject;
    notice.text = verdict.subject + " has reached the sending limit " + verdict.limit +
                  ".\r\nLogin: " + s.account + "\r\nPeer: " + s.stream.peer().address +
                  "\r\n\r\nFurther messages within the window are not told of one by one. See\r\n"
                  "mailctl sending list, and mailctl user contain where an account is misused.\r\n";
    const auto sent = co_await delivery::send_notice(*s.services, std::move(notice));
    if (!sent)
        log::warn(s.area(), "sending.notify was not told", {{"why", to_string(sent.error())}});
}

bool locks(const std::vector<abuse::Fired>& fired)
{
    return std::any_of(fired.begin(), fired.end(), [](const auto& one) {
        return one.action == conf::DetectAction::Lock;
    });
}

/// Webmail and gateways log in for many people, and for one of them time and again.
bool is_shared(const Session& s)
{
    return s.local || s.trusted || s.stream.peer().is_loopback();
}

/// ABU-08. This session's copy of the user knows of a lock at once.
Awaitable<> answer(Session& s, std::vector<abuse::Fired> fired)
{
    if (fired.empty())
        co_return;
    if (locks(fired) && s.login)
        s.login->user.contained = store::Containment();
    std::string peer = s.stream.peer().address;
    co_await delivery::answer_mass_mail(*s.services, *s.sending, std::move(fired), std::move(peer));
}

/// Ok, or the reply at a limit. With "hold" nothing is refused before it is known whole.
Awaitable<Say> look(Session& s, delivery::SendingRecipients recipients)
{
    if (!s.sending || s.config().sending.action == conf::LimitAction::Hold)
        co_return Say::Ok;
    auto verdict = co_await s.services->sending->look(*s.sending, recipients);
    if (!verdict)
        co_return Say::TemporaryFailure;
    if (!verdict->is_reached())
        co_return Say::Ok;
    co_await tell(s, *verdict);
    co_return say_for_limit(s);
}

delivery::SendingCharge charge_of(Incoming& message)
{
    delivery::SendingCharge out;
    out.octets = message.octets;
    std::map<std::string, bool> is_remote_to;
    for (const auto& recipient : message.transaction().recipients)
        is_remote_to.emplace(to_string(address::folded(recipient.rcpt.recipient)),
                             is_remote(message.session, recipient.resolution));
    for (const auto& [address, remote] : is_remote_to) {
        out.recipients.push_back(address);
        out.remote += remote ? 1 : 0;
    }
    out.subject = message.subject;
    return out;
}

} // namespace

bool is_remote(const Session& s, const delivery::Resolution& resolution)
{
    return std::any_of(resolution.remote.begin(), resolution.remote.end(), [&](const auto& one) {
        return one.forwarder.empty() && !route::accepting(s.config(), to_string(one.address));
    });
}

Awaitable<Say> begin_sending(Session& s, std::optional<address::Address> sender)
{
    s.sending.reset();
    s.is_bulk = false;
    s.own_delay = milliseconds(0);
    s.own_user = {};
    s.account_id = AccountId{};
    s.account = s.login ? s.login->name : std::string();
    std::optional<store::User> user;
    if (s.login)
        user = s.login->user;
    if (!user && s.local && sender) {
        auto found = co_await local_user(s, *std::move(sender));
        if (!found)
            co_return Say::TemporaryFailure;
        user = *std::move(found);
    }
    if (!user)
        co_return Say::Ok;
    s.account = to_string(user->address);
    s.is_bulk = user->bulk;
    if (user->contained) // ABU-09
        co_return Say::AccountClosed;
    std::string name = user->address.domain;
    auto domain = co_await s.services->store->directory().find_domain(std::move(name));
    if (!domain)
        co_return Say::TemporaryFailure;
    const auto own = settings::own_settings(s.config(), *domain, *user);
    s.own_delay = own.delay;
    s.own_user = own.user;
    s.account_id = user->account;
    if (s.services->sending == nullptr)
        co_return Say::Ok;
    s.sending = delivery::sending_account(s.config(), own, *user, *domain);
    delivery::SendingRecipients at_least;
    at_least.all = 1;
    co_return co_await look(s, at_least);
}

Awaitable<Say> check_sending_recipient(Session& s, bool remote)
{
    delivery::SendingRecipients recipients;
    recipients.all = s.transaction->recipients.size() + 1;
    recipients.remote = s.transaction->remote_recipients + (remote ? 1 : 0);
    recipients.local = recipients.all - recipients.remote;
    co_return co_await look(s, recipients);
}

Awaitable<Say> charge_sending(Incoming& message, std::string& hold)
{
    Session& s = message.session;
    if (!s.sending)
        co_return Say::Ok;
    const bool holds = s.config().sending.action == conf::LimitAction::Hold;
    auto verdict = co_await s.services->sending->charge(*s.sending, charge_of(message), holds);
    if (!verdict)
        co_return Say::TemporaryFailure;
    if (verdict->hold)
        hold = abuse::detection_mark(s.sending->name, verdict->hold->detection);
    if (locks(verdict->fired))
        hold = abuse::containment_mark(s.sending->name);
    co_await answer(s, verdict->fired);
    if (!verdict->is_reached())
        co_return Say::Ok;
    if (holds && hold.empty())
        hold = "sending limit " + verdict->limit + " of " + verdict->subject;
    co_await tell(s, *verdict);
    co_return holds ? Say::Ok : say_for_limit(s);
}

Awaitable<> count_bounces(Session& s, const delivery::Accepted& accepted)
{
    if (s.services->sending == nullptr)
        co_return;
    for (const auto& outcome : accepted.local) {
        if (!outcome.result)
            continue;
        co_await delivery::count_bounce(*s.services, outcome.target.address, 1);
    }
}

Awaitable<> count_login(Session& s)
{
    if (s.services->sending == nullptr || is_shared(s))
        co_return;
    const address::Address user = s.login->user.address;
    auto account =
        co_await delivery::find_sending_account(*s.services->store, s.config(), user);
    if (!account || account->detect.logins == 0)
        co_return;
    auto fired = co_await s.services->sending->logged_in(*account);
    if (!fired) {
        log::warn(s.area(), "a login is not counted", {{"why", to_string(fired.error())}});
        co_return;
    }
    s.sending = *std::move(account);
    co_await answer(s, *std::move(fired));
}

Awaitable<> count_refused_recipient(Session& s)
{
    if (!s.sending || s.sending->detect.failures == 0)
        co_return;
    auto fired = co_await s.services->sending->refused(*s.sending);
    if (!fired) {
        log::warn(s.area(), "a refused recipient is not counted",
                  {{"why", to_string(fired.error())}});
        co_return;
    }
    co_await answer(s, *std::move(fired));
}

void release_sending(Incoming& message)
{
    const Session& s = message.session;
    if (s.sending)
        s.services->sending->release(*s.sending, charge_of(message));
}

} // namespace mailctl::smtp
