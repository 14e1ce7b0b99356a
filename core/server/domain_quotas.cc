// Gathers growth and looks at the domains behind it.
#include "core/server/domain_quotas.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "core/base/log.h"
#include "core/keeping/domain_quota_warning.h"
#include "store/directory.h"
#include "store/store.h"

namespace mailctl::server {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Domains that have a quota. Errors: those of the directory.
Awaitable<Result<std::set<std::string>>> domains_with_quota(store::Directory& directory)
{
    CO_TRY(const auto domains, co_await directory.domains());
    std::set<std::string> names;
    for (const auto& domain : domains)
        if (domain.limits.octets > 0)
            names.insert(domain.name);
    co_return names;
}

/// Those of the users who grew. Errors: those of the directory.
Awaitable<Result<std::set<std::string>>> domains_that_grew(store::Directory& directory,
                                                           std::set<AccountId> grown)
{
    CO_TRY(const auto limited, co_await domains_with_quota(directory));
    std::set<std::string> names;
    for (const auto account : grown) {
        if (names.size() == limited.size())
            break; // nothing more to find
        const auto user = co_await directory.find_account(account);
        if (!user && user.error().code() == Errc::NotFound)
            continue; // gone meanwhile
        if (!user)
            co_return user.error();
        if (limited.count(user->address.domain) > 0)
            names.insert(user->address.domain);
    }
    co_return names;
}

Awaitable<> look_at(std::shared_ptr<const delivery::Services> services, std::set<AccountId> grown)
{
    const auto names = co_await domains_that_grew(services->store->directory(), std::move(grown));
    if (!names) {
        log::warn("store", "quotas of domains were not looked at",
                  {{"why", to_string(names.error())}});
        co_return;
    }
    for (const auto& name : *names) {
        const auto looked = co_await keeping::look_at_domain_quota(*services, name);
        if (!looked)
            log::warn("store", "the quota of a domain was not looked at",
                      {{"domain", name}, {"why", to_string(looked.error())}});
    }
}

} // namespace

DomainQuotas::DomainQuotas(boost::asio::any_io_executor strand, std::function<Services()> services)
    : executor_(std::move(strand)), timer_(executor_), services_(std::move(services))
{
}

void DomainQuotas::grew(AccountId account)
{
    {
        const std::lock_guard lock(mutex_);
        grown_.insert(account);
        if (std::exchange(is_awake_, true))
            return;
    }
    boost::asio::post(executor_, [this] { wait(kDomainQuotaWait); });
}

void DomainQuotas::wait(std::chrono::nanoseconds time)
{
    timer_.expires_after(time);
    timer_.async_wait([this](const boost::system::error_code& ec) {
        if (ec)
            return;
        const auto start = SteadyClock::now();
        boost::asio::co_spawn(executor_, look(), [this, start](const std::exception_ptr& failure) {
            if (failure)
                std::rethrow_exception(failure);
            looked(SteadyClock::now() - start);
        });
    });
}

void DomainQuotas::looked(std::chrono::nanoseconds took)
{
    {
        const std::lock_guard lock(mutex_);
        is_awake_ = !grown_.empty() || took * kDomainQuotaRest > kDomainQuotaWait;
        if (!is_awake_)
            return;
    }
    wait(std::max<std::chrono::nanoseconds>(kDomainQuotaWait, took * kDomainQuotaRest));
}

Awaitable<> DomainQuotas::look()
{
    std::set<AccountId> grown;
    {
        const std::lock_guard lock(mutex_);
        grown.swap(grown_);
    }
    if (!grown.empty())
        co_await look_at(services_(), std::move(grown));
}

} // namespace mailctl::server
