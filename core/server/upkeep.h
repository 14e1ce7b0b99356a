// What a running server does to mailboxes by itself: ends deleted mail and records of activity,
// applies retention, warns of quotas that fill up.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "conf/config.h"
#include "core/base/awaitable.h"
#include "core/delivery/services.h"
#include "core/server/domain_quotas.h"
#include "store/keeping.h"
#include "store/store.h"

namespace mailctl::server {

/// How often deleted mail is looked at.
inline constexpr std::chrono::hours kPurgeInterval{1};

/// What was logged stands in a log file at most so long after; a warning does at once.
inline constexpr std::chrono::seconds kLogFlushInterval{1};

/// From `now` to the next time that is "HH:MM" in UTC: over 0, at most a day.
std::chrono::milliseconds until_time_of_day(Time now, std::string_view time);

/// Borrows: the store. Order: goes after the I/O threads have ended, before their io_context.
class Upkeep {
public:
    using Services = std::shared_ptr<const delivery::Services>;

    Upkeep(boost::asio::io_context& io, store::Store& store, std::function<Services()> services);
    ~Upkeep();
    Upkeep(const Upkeep&) = delete;
    Upkeep& operator=(const Upkeep&) = delete;

    void start();
    /// Puts the settings in force. Threads: any.
    void configure(const conf::Config& config);

private:
    /// A quota that is being looked at, or will be.
    struct QuotaLook {
        unsigned lowest = 0;  ///< percent used, since the last look
        bool is_due = false;  ///< it grew since then
    };

    void wait_for_purge();
    void wait_for_retention();
    void wait_for_log_flush();
    void grew(const store::UsageChange& change);
    Awaitable<> purge();
    Awaitable<> work_of_the_day();
    Awaitable<> end_activities();
    Awaitable<> apply_retention();
    Awaitable<> look_at_quota(AccountId account);
    std::optional<unsigned> next_look(AccountId account);

    boost::asio::any_io_executor executor_; ///< a strand: timers are touched by one at a time
    boost::asio::steady_timer purge_timer_;
    boost::asio::steady_timer daily_timer_;
    boost::asio::steady_timer log_timer_;
    store::Store& store_;
    std::function<Services()> services_;
    DomainQuotas domain_quotas_;
    std::mutex mutex_; ///< of the next
    std::map<AccountId, QuotaLook> looks_;
};

} // namespace mailctl::server
