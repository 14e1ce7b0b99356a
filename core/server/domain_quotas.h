// Which domains' quotas are to be looked at: those whose users' mailboxes grew.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/delivery/services.h"

namespace mailctl::server {

/// Growth is gathered for so long before anything is looked at.
inline constexpr std::chrono::seconds kDomainQuotaWait{2};
/// Adding up a large domain takes its time: the next look comes so many times later.
inline constexpr int kDomainQuotaRest = 100;

/// Order: goes after the threads of its executor have ended.
class DomainQuotas {
public:
    using Services = std::shared_ptr<const delivery::Services>;

    /// `strand`: touches its timer.
    DomainQuotas(boost::asio::any_io_executor strand, std::function<Services()> services);

    /// Threads: any; does not block.
    void grew(AccountId account);

private:
    void wait(std::chrono::nanoseconds time);
    void looked(std::chrono::nanoseconds took);
    Awaitable<> look();

    boost::asio::any_io_executor executor_;
    boost::asio::steady_timer timer_;
    std::function<Services()> services_;
    std::mutex mutex_; ///< of the next two
    std::set<AccountId> grown_;
    bool is_awake_ = false; ///< the timer runs, or a look does
};

} // namespace mailctl::server
