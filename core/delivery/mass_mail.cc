// Actions in their order: the lock before the queue, so that nothing new goes out meanwhile.
#include "core/delivery/mass_mail.h"

#include <algorithm>
#include <map>

#include "conf/config.h"
#include "core/abuse/containment.h"
#include "core/base/log.h"
#include "core/delivery/notice.h"
#include "core/delivery/sending.h"
#include "core/delivery/services.h"
#include "core/queue/notice_text.h"
#include "store/store.h"

namespace mailctl::delivery {
namespace {

using abuse::Fired;
using conf::DetectAction;

constexpr queue::BuiltInText kTexts[] = {
    {"en", "Mass mail of {user}: {detection}",
     "{user} has passed abuse.detect.{detection}: {count}, where {limit} is the limit.\n"
     "It came from: {peer}\n\n"
     "Done: {action}. Messages in the queue that were held: {held}\n\n"
     "    mailctl sending list {user}           what was counted\n"
     "    mailctl queue list --account {user}   what waits\n"
     "    mailctl sending reset {user}          ends a hold, and counts from 0\n"
     "    mailctl user contain {user} --undo    ends a lock\n\n"
     "{hostname}\n"},
    {"de", "Massenversand von {user}: {detection}",
     "{user} hat abuse.detect.{detection} überschritten: {count}, erlaubt sind {limit}.\n"
     "Von dieser Adresse: {peer}\n\n"
     "Getan: {action}. Angehaltene Nachrichten der Warteschlange: {held}\n\n"
     "    mailctl sending list {user}           was gezählt wurde\n"
     "    mailctl queue list --account {user}   was wartet\n"
     "    mailctl sending reset {user}          hebt das Anhalten auf und zählt von 0\n"
     "    mailctl user contain {user} --undo    hebt die Sperre auf\n\n"
     "{hostname}\n"},
};

std::string crlf(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += '\r';
        out += c;
    }
    return out;
}

/// Errors: as Directory::update_user.
Awaitable<Result<>> lock(const Services& services, SendingAccount account, std::string detection)
{
    const auto user = address::parse(account.name);
    if (!user)
        co_return user.error();
    const Time now = services.store->clock().now();
    const std::string reason = "mass mail, " + detection;
    const std::function<Result<>(store::User&)> change = [reason, now](store::User& one) {
        return abuse::contain(one, reason, now);
    };
    auto locked = co_await services.store->directory().update_user(*user, change);
    if (!locked)
        co_return locked.error();
    services.sending->end_sessions(account.name);
    co_return ok();
}

/// What is held of the queue. Errors: those of lock and hold_queued.
Awaitable<Result<std::uint64_t>> act(const Services& services, SendingAccount account, Fired worst)
{
    const std::string detection(name_of(worst.detection));
    if (worst.action == DetectAction::Notify)
        co_return std::uint64_t{0};
    std::string mark = abuse::detection_mark(account.name, worst.detection);
    if (worst.action == DetectAction::Lock) {
        auto locked = co_await lock(services, account, detection);
        if (!locked)
            co_return locked.error();
        mark = abuse::containment_mark(account.name);
        co_return co_await abuse::hold_queued(services.store->queue(), account.name,
                                              std::move(mark));
    }
    if (worst.detection != abuse::Detection::EqualSubjects)
        co_return std::uint64_t{0};
    co_return co_await abuse::hold_queued(services.store->queue(), account.name, std::move(mark),
                                          worst.what);
}

/// abuse.detect.notify, else the postmaster of the user's domain, else the server's.
Awaitable<std::string> whom_to_tell(const Services& services, const SendingAccount& account)
{
    if (!account.detect.notify.empty())
        co_return account.detect.notify;
    std::string name = account.domain;
    const auto domain = co_await services.store->directory().find_domain(std::move(name));
    if (domain && !domain->postmaster.empty())
        co_return domain->postmaster;
    co_return services.config->server.postmaster;
}

Awaitable<Result<>> tell(const Services& services, const SendingAccount& account,
                         const Fired& fired, std::string peer, std::uint64_t held)
{
    Notice notice;
    notice.to = co_await whom_to_tell(services, account);
    if (notice.to.empty())
        co_return ok();
    const std::map<std::string, std::string> values{
        {"user", account.name},
        {"domain", account.domain},
        {"detection", std::string(name_of(fired.detection))},
        {"count", std::to_string(fired.count)},
        {"limit", std::to_string(fired.limit)},
        {"action", std::string(abuse::name_of(fired.action))},
        {"held", std::to_string(held)},
        {"peer", peer.empty() ? "-" : peer},
        {"hostname", services.hostname},
    };
    const auto text =
        queue::text_of(services.config->bounce, "mass-mail", kTexts, account.domain);
    notice.subject = queue::filled_in(text.subject, values);
    notice.text = crlf(queue::filled_in(text.text, values));
    co_return co_await send_notice(services, std::move(notice));
}

} // namespace

Awaitable<> answer_mass_mail(const Services& services, SendingAccount account,
                             std::vector<Fired> fired, std::string peer)
{
    if (fired.empty())
        co_return;
    for (const auto& one : fired)
        log::warn("delivery", "mass mail",
                  {{"user", account.name},
                   {"detection", name_of(one.detection)},
                   {"count", one.count},
                   {"limit", one.limit},
                   {"action", abuse::name_of(one.action)},
                   {"peer", peer}});
    const Fired worst = *std::max_element(
        fired.begin(), fired.end(),
        [](const Fired& a, const Fired& b) { return a.action < b.action; });
    const auto held = co_await act(services, account, worst);
    if (!held)
        log::error("delivery", "mass mail was not stopped",
                   {{"user", account.name}, {"why", to_string(held.error())}});
    const std::uint64_t messages = held ? *held : 0;
    for (const auto& one : fired) {
        const auto told = co_await tell(services, account, one, peer, messages);
        if (!told)
            log::warn("delivery", "nobody was told of mass mail",
                      {{"user", account.name}, {"why", to_string(told.error())}});
    }
}

Awaitable<> count_bounce(const Services& services, address::Address user,
                         std::uint64_t recipients)
{
    if (services.sending == nullptr)
        co_return;
    auto account = co_await find_sending_account(*services.store, *services.config, user);
    if (!account && account.error().code() == Errc::NotFound)
        co_return;
    Result<std::vector<Fired>> fired = std::vector<Fired>();
    if (account)
        fired = co_await services.sending->bounced(*account, recipients);
    if (!account || !fired) {
        log::warn("delivery", "a bounce is not counted",
                  {{"user", to_string(user)},
                   {"why", to_string(account ? fired.error() : account.error())}});
        co_return;
    }
    std::string nowhere; // it is not the sender's peer that it comes from
    co_await answer_mass_mail(services, *std::move(account), *std::move(fired),
                              std::move(nowhere));
}

} // namespace mailctl::delivery
