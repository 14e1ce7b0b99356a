// Writes records of what users do.
#include "core/activity/activity.h"

#include <utility>

#include "core/base/log.h"
#include "core/settings/own_settings.h"
#include "store/store.h"

namespace mailctl::activity {

Awaitable<Result<bool>> is_recorded(store::Store& store, const conf::Config& config,
                                    const store::User& user)
{
    std::string name = user.address.domain;
    const auto domain = co_await store.directory().find_domain(std::move(name));
    if (!domain)
        co_return domain.error();
    co_return settings::own_settings(config, *domain, user).user.activity_log;
}

Awaitable<> record(store::Store& store, AccountId account, store::Activity activity)
{
    const auto written = co_await store::record_activity(store, account, std::move(activity));
    if (!written)
        log::warn("store", "activity was not recorded",
                  {{"account", to_string(account)}, {"why", to_string(written.error())}});
}

} // namespace mailctl::activity
