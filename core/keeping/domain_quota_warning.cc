// Decides what is to be told of a domain's quota, and tells it.
#include "core/keeping/domain_quota_warning.h"

#include <map>
#include <memory>
#include <utility>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/base/octets.h"
#include "core/keeping/notices.h"
#include "core/keeping/quota_warning.h"
#include "core/settings/own_settings.h"
#include "store/directory.h"
#include "store/domain_told.h"
#include "store/domain_usage.h"
#include "store/store.h"

namespace mailctl::keeping {
namespace {

constexpr queue::BuiltInText kTexts[] = {
    {"en", "The domain {domain} is {percent} % full",
     "The mailboxes of {domain} hold {used} of {limit} together ({users} users, {messages} "
     "messages).\n\n"
     "When it is full, mail for its users cannot be taken any more. Please make room, or raise the "
     "domain's limit.\n\n"
     "{hostname}\n"},
    {"de", "Die Domain {domain} ist zu {percent} % voll",
     "Die Postfächer von {domain} enthalten zusammen {used} von {limit} ({users} Benutzer, "
     "{messages} Nachrichten).\n\n"
     "Wenn sie voll ist, kann Post für ihre Benutzer nicht mehr angenommen werden. Bitte schaffen "
     "Sie Platz, oder heben Sie die Grenze der Domain an.\n\n"
     "{hostname}\n"},
};

/// Who hears of it: the domain's postmaster, the server's, or the address that every domain has.
std::string postmaster_of(const conf::Config& config, const store::Domain& domain)
{
    if (!domain.postmaster.empty())
        return domain.postmaster;
    return config.server.postmaster.empty() ? "postmaster@" + domain.name
                                            : config.server.postmaster;
}

/// The mailbox where that address is a user's own; nullptr: it leads elsewhere.
Awaitable<Result<std::shared_ptr<store::Account>>> mailbox_of(store::Store& store, std::string to)
{
    const auto parsed = address::parse(to);
    if (!parsed)
        co_return parsed.error();
    auto at = address::folded(*parsed);
    const auto domain = co_await store.directory().find_domain(at.domain);
    if (!domain && domain.error().code() == Errc::NotFound)
        co_return std::shared_ptr<store::Account>();
    if (!domain)
        co_return domain.error();
    at.domain = domain->name;
    const auto entry = co_await store.directory().find(std::move(at));
    if (!entry && entry.error().code() != Errc::NotFound)
        co_return entry.error();
    const auto* user = entry ? std::get_if<store::User>(&*entry) : nullptr;
    if (user == nullptr || !user->forward_to.empty() || !user->may_receive(store.clock().now()))
        co_return std::shared_ptr<store::Account>();
    co_return co_await store.account(user->account);
}

Awaitable<Result<>> tell(const delivery::Services& services, const store::Domain& domain,
                         const store::Usage& usage, unsigned level, unsigned percent)
{
    const std::map<std::string, std::string> values{
        {"domain", domain.name},
        {"percent", std::to_string(percent)},
        {"level", std::to_string(level)},
        {"used", to_rough_octets(usage.octets)},
        {"limit", to_rough_octets(domain.limits.octets)},
        {"messages", std::to_string(usage.messages)},
        {"users", std::to_string(domain.users)},
        {"hostname", services.hostname},
    };
    const std::string to = postmaster_of(*services.config, domain);
    log::warn("delivery", "domain quota warning",
              {{"domain", domain.name}, {"percent", percent}, {"level", level}, {"to", to}});
    CO_TRY(const auto mailbox, co_await mailbox_of(*services.store, to));
    auto notice = filled_notice(services, to, "domain_quota", kTexts, values);
    if (!mailbox)
        co_return co_await delivery::send_notice(services, std::move(notice));
    std::string name = "quota.notice " + domain.name;
    co_return co_await put_in_place_of_last(services, *mailbox, std::move(notice), std::move(name));
}

} // namespace

Awaitable<Result<>> look_at_domain_quota(const delivery::Services& services, std::string name)
{
    store::Store& store = *services.store;
    const auto found = co_await store.directory().find_domain(name);
    if (!found && found.error().code() == Errc::NotFound)
        co_return ok();
    if (!found)
        co_return found.error();
    const store::Domain& domain = *found;
    if (domain.limits.octets == 0)
        co_return ok();
    const auto levels =
        settings::own_settings(*services.config, domain, store::User()).quota.domain_warn;
    CO_TRY(const auto usage, co_await store::usage_of_domain(store, domain.name));
    store::Usage limits;
    limits.octets = domain.limits.octets;
    const unsigned percent = percent_used(usage, limits).value_or(0);
    CO_TRY(const unsigned told, co_await store::domain_level_told(store.engine(), domain.name));
    const unsigned level = level_reached(levels, percent);
    const unsigned kept = level > told ? level : level_kept(levels, told, percent);
    if (kept == told)
        co_return ok();
    // Before the mail: a failure must not make two of it.
    CO_TRY_VOID(co_await store::set_domain_level_told(store.engine(), domain.name, kept));
    if (level <= told)
        co_return ok();
    co_return co_await tell(services, domain, usage, level, percent);
}

} // namespace mailctl::keeping
