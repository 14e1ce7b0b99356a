// What sends mail out of a running server: the resolver and the queue's runner.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/dns/resolver.h"
#include "core/queue/bounce.h"
#include "core/queue/mailroom.h"
#include "core/queue/runner.h"
#include "core/tls_rpt/counters.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::server {

/// How long deliveries under way may take when the server stops; then they are cut and tried again
/// after a start.
inline constexpr std::chrono::seconds kDeliveryStopLimit{10};

struct OutboundParts {
    store::Store* store = nullptr;
    const Clock* clock = nullptr;
    Random* random = nullptr;
    std::string hostname;
    boost::asio::any_io_executor executor; ///< of the I/O threads
    std::function<boost::asio::any_io_executor(queue::Thread)> deliveries; ///< see queue::RunnerParts
    boost::asio::any_io_executor workers;
    std::unique_ptr<queue::Notifier> notifier;
    std::unique_ptr<queue::Mailroom> mailroom;
};

/// Threads: any, but one at a time for all that is not const.
class Outbound {
public:
    /// Nothing is sent before start(). Errors: those of dns::make_resolver.
    static Result<std::unique_ptr<Outbound>> make(OutboundParts parts,
                                                  const std::shared_ptr<const conf::Config>& config);
    ~Outbound();
    Outbound(const Outbound&) = delete;
    Outbound& operator=(const Outbound&) = delete;

    void start(std::shared_ptr<const conf::Config> config);

    /// The resolver that new settings ask for; nullptr: the one there is. Errors: as make.
    Result<std::shared_ptr<dns::Resolver>> prepare(const conf::Config& config) const;
    /// Puts settings in force, with what prepare() gave for them. Questions under way end with the
    /// resolver they were asked of.
    void reload(std::shared_ptr<const conf::Config> config, std::shared_ptr<dns::Resolver> resolver);
    /// Blocks: not on an I/O thread. Limit: kDeliveryStopLimit.
    void stop();
    /// Lets go of the runner and the resolver in force, which have timers there. Order: after the I/O
    /// threads, before their io_context.
    void close();

    dns::Resolver& resolver(); ///< the same object across reloads
    queue::Runner& runner();
    tls_rpt::Counters& tls_reports();

private:
    class CurrentResolver;
    explicit Outbound(OutboundParts parts);

    OutboundParts parts_;
    std::shared_ptr<const conf::Config> config_;
    std::unique_ptr<CurrentResolver> resolver_;
    tls_rpt::Counters tls_reports_;
    std::unique_ptr<queue::Runner> runner_;
};

} // namespace mailctl::server
