// Works the queue off: what is due, by destination, within each destination's limits.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/dns/resolver.h"
#include "core/queue/bounce.h"
#include "core/queue/connect.h"
#include "core/queue/mailroom.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::queue {

/// Where a connection to a destination runs: on the thread that asks, where that one is of those that
/// deliver, or on the next of these.
enum class Thread { Asking, Next };

/// What the runner works with; all outlive it. Tests replace them.
struct RunnerParts {
    store::Store* store = nullptr;
    dns::Resolver* resolver = nullptr;
    const Clock* clock = nullptr;
    Random* random = nullptr;
    Notifier* notifier = nullptr; ///< nullptr: nobody is told of anything
    Mailroom* mailroom = nullptr; ///< nullptr: what it would take stays in the queue
    std::string hostname;
    boost::asio::any_io_executor executor; ///< of the I/O threads
    /// Gives the strand of one more connection to a destination; empty: one of `executor`. Threads: any.
    std::function<boost::asio::any_io_executor(Thread)> deliveries;
    boost::asio::any_io_executor workers;  ///< for what blocks
    Dialer dial;                           ///< empty: net::dial
    tls_rpt::Counters* tls_reports = nullptr; ///< nullptr: TLS sessions are not counted
};

/// One destination as "queue top" shows it.
struct DestinationView {
    std::string key;
    std::uint64_t waiting = 0; ///< known to be due, not under way
    unsigned connections = 0, idle = 0, under_way = 0;
    std::uint64_t delivered = 0, deferred = 0, failed = 0; ///< recipients, since the start
    std::optional<Time> backs_off_until;
    std::string last_reply;
};

struct RunnerView {
    bool paused = false;
    std::optional<Time> next_look; ///< when it looks for what is due; nullopt: it does now
    std::uint64_t under_way = 0, delivered = 0, deferred = 0, failed = 0;
    std::vector<DestinationView> destinations; ///< busiest first
};

/// Threads: any.
class Runner {
public:
    virtual ~Runner() = default; ///< as stop()
    /// Begins to deliver. New settings are taken for what starts after.
    virtual void start(std::shared_ptr<const conf::Config> config) = 0;
    virtual void reload(std::shared_ptr<const conf::Config> config) = 0;
    /// Starts nothing new, lets transactions under way end within `limit`, cuts the rest (they are
    /// tried again after a start). Blocks: not on an I/O thread.
    virtual void stop(std::chrono::milliseconds limit) = 0;

    virtual RunnerView view(std::size_t destinations) const = 0;
    /// Entries that are being sent at this moment.
    virtual std::vector<QueueId> delivering() const = 0;
    /// Ends connections under way, and starts nothing until it learns that deliveries are not (or no
    /// more) paused. What they carried is tried again; commands run on.
    virtual void cut() = 0;
    /// Forgets a destination's back-off and looks at the queue anew; empty: all. ETRN, "queue
    /// retry".
    virtual void retry_now(const std::string& key) = 0;
};

std::unique_ptr<Runner> make_runner(RunnerParts parts);

} // namespace mailctl::queue
