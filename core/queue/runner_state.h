// The runner's insides: destinations with their jobs, workers that send, a loop that looks.
//
// Everything below `mutex_` is touched under it and never across a co_await. A worker is a
// coroutine with a connection of its own that takes one job of its destination after the other;
// what a job came to is committed beside it, so that the connection need not wait for the disk.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/net/task_group.h"
#include "core/queue/connect.h"
#include "core/queue/destination.h"
#include "core/queue/runner.h"
#include "core/queue/settle.h"

namespace mailctl::queue {

/// Jobs of one destination kept in memory; more stay in the store.
inline constexpr std::size_t kMaxReadyOfDestination = 1000;
/// Jobs kept in memory in all; beyond, each destination has a few, so that none waits for another.
inline constexpr std::size_t kMaxReady = 50'000;
inline constexpr std::size_t kFewReady = 4;
/// Octets of bodies kept with jobs; more are read again when it is their turn.
inline constexpr std::size_t kMaxReadyOctets = 64U << 20;
/// Destinations remembered though nothing is there for them.
inline constexpr std::size_t kMaxQuietDestinations = 2000;
/// Results being committed while their connections go on.
inline constexpr unsigned kMaxSettling = 2000;
/// How long ETRN and "queue retry" open a route that holds mail.
inline constexpr milliseconds kReleaseTime = std::chrono::minutes(10);
/// Entries remembered as taken by a look.
inline constexpr std::size_t kMaxLooked = 50'000;
/// How far back a look goes, for entries that were committed out of order.
inline constexpr milliseconds kLookBack = std::chrono::seconds(5);
inline constexpr milliseconds kLongestSleep = std::chrono::minutes(1);
inline constexpr std::uint32_t kDuePage = 500;

/// One coroutine that sends to a destination. Members but `timer` and `cut`: its own.
struct Worker : std::enable_shared_from_this<Worker> {
    explicit Worker(boost::asio::any_io_executor strand)
        : executor(strand), timer(std::move(strand))
    {}
    boost::asio::any_io_executor executor;
    boost::asio::steady_timer timer; ///< runs while it is idle
    std::optional<Connection> connection;
    TlsWish wish = TlsWish::Usual; ///< that the connection was opened for
    bool is_woken = false;         ///< under the runner's mutex
    std::mutex mutex;              ///< of the two below
    std::function<void()> closer;
    bool is_cut = false;

    void cut();
    bool was_cut();
    void set_closer(std::function<void()> c);
};

class QueueRunner final : public Runner,
                          public store::QueueObserver,
                          public std::enable_shared_from_this<QueueRunner> {
public:
    explicit QueueRunner(RunnerParts parts);

    void start(std::shared_ptr<const conf::Config> config) override;
    void reload(std::shared_ptr<const conf::Config> config) override;
    void stop(std::chrono::milliseconds limit) override;
    RunnerView view(std::size_t destinations) const override;
    std::vector<QueueId> delivering() const override;
    void cut() override;
    void retry_now(const std::string& key) override;

    void added(std::shared_ptr<const store::QueueEntry> entry) override;
    void changed() override;

private:
    using Entry = std::shared_ptr<const store::QueueEntry>;
    using Lock = std::unique_lock<std::mutex>;

    // plan.cc: from entries to jobs
    struct Plan {
        std::vector<Job> jobs;
        std::vector<std::shared_ptr<const route::Way>> ways; ///< of each job
        std::vector<std::string> held;                       ///< domains that wait for ETRN
        std::vector<RecipientResult> refused;                ///< recipients without a way
        std::vector<std::uint32_t> untold;                   ///< failed by command: notice_due

        Job* job_for(const route::Way& way, const std::string& sender);
    };
    /// `only`: the recipients it is about; nullptr: all that are due.
    Plan make_plan(const Entry& entry, std::uint32_t first_way, Time now,
                   const std::vector<std::uint32_t>* only = nullptr);
    Result<std::shared_ptr<const route::Choice>> choose(const store::QueueEntry& entry,
                                                        const store::QueueRecipient& to);
    void take_plan(const Entry& entry, Plan plan);
    Destination& destination(const std::shared_ptr<const route::Way>& way);
    bool is_full(const Destination& destination) const;
    void park(Destination& destination, QueueId id, Time at);
    void enqueue(Destination& destination, Job job);
    void forget_quiet(Time now);

    // look.cc: what is due in the store
    static Awaitable<> keep_looking(std::shared_ptr<QueueRunner> self);
    Awaitable<> look(Time until, bool from_start);
    Awaitable<> look_at_shard(std::uint16_t shard, Time until,
                              std::optional<store::Queue::Due> after);
    Awaitable<> take_page(std::vector<store::Queue::Due> page);
    /// Otherwise it is claimed: release() gives it back.
    bool is_known(const store::Queue::Due& due, Time now);
    void remember_looked(QueueId id); ///< under mutex_
    Awaitable<> rest(Time until);
    void wake();             ///< under mutex_
    void wake_by(Time time); ///< under mutex_: the loop looks again no later than then
    Awaitable<Time> next_look(Time looked);
    Awaitable<> expire_history();

    // work.cc: what a worker does
    static void wake_worker(Worker& worker); ///< under mutex_
    void maybe_spawn(Destination& to);       ///< under mutex_
    void spawn(Destination& to);             ///< under mutex_
    static Awaitable<> work(std::shared_ptr<QueueRunner> self, Destination* to,
                            std::shared_ptr<Worker> worker);
    std::optional<Job> take(Destination& to, Worker& worker);
    Awaitable<bool> wait_idle(Destination& to, Worker& worker);
    void worker_gone(Destination& to, Worker& worker);
    void sent(Destination& to, QueueId id); ///< under mutex_
    void lose_connection(Destination& to, Worker& worker);
    bool still_goes(const std::string& key, Job& job);
    Awaitable<bool> load(std::string key, Job& job);
    Awaitable<> deliver(Destination& to, Worker& worker, Job job);
    Awaitable<bool> connect(Destination& to, Worker& worker, std::shared_ptr<const route::Way> way,
                            Job& job);
    Awaitable<> send(Destination& to, Worker& worker, std::shared_ptr<const route::Way> way,
                     Job job);
    Awaitable<> take_in(Destination& to, Job job);
    Awaitable<> run_command(Destination& to, std::shared_ptr<const route::Way> way, Job job);

    // unreachable.cc: when no host answers
    void begin_back_off(Destination& to, const Unreachable& why, Time at); ///< under mutex_
    Awaitable<> cannot_reach(Destination& to, std::shared_ptr<const route::Way> way, Job job,
                             Unreachable why, store::QueueAttempt attempt);
    bool is_last_dns_attempt(const store::QueueEntry& entry, std::uint32_t recipient) const;
    Awaitable<bool> take_next_way(std::string key, Job& job, const Unreachable& why);
    Awaitable<> put_off(std::vector<Job> jobs, std::string key, std::string domain, Time until,
                        std::string reply);
    static Awaitable<> hold_for_etrn(std::shared_ptr<QueueRunner> self, Job job,
                                     std::string domain);
    bool needs_news(const store::QueueEntry& entry, const std::vector<std::uint32_t>& recipients,
                    Time at);

    // record.cc: what jobs came to
    void settle_all(Destination& to, Job job, RecipientResult::State state, std::string status,
                    std::string reply, std::string host, store::QueueAttempt attempt);
    void begin_settling(Destination& to, Job job, std::vector<RecipientResult> results,
                        store::QueueAttempt attempt);
    void begin_settling_alone(Job job, std::vector<RecipientResult> results);
    void spawn_settling(Job job, std::vector<RecipientResult> results, store::QueueAttempt attempt);
    static Awaitable<> settle(std::shared_ptr<QueueRunner> self, Job job,
                              std::vector<RecipientResult> results, store::QueueAttempt attempt);
    static Awaitable<> tell_failed(std::shared_ptr<QueueRunner> self, Job job,
                                   std::vector<std::uint32_t> recipients);
    Awaitable<> wait_for_settling();
    void release(QueueId id, const store::QueueEntry* after);

    Time now() const { return parts_.clock->now(); }
    std::shared_ptr<const conf::Config> config() const;

    RunnerParts parts_;
    mta_sts::Policies sts_;
    TlsPolicies policies_;
    Connector connector_;
    Settler settler_;
    net::TaskGroup tasks_;
    const std::vector<std::string> own_addresses_; ///< of the interfaces, at the start

    mutable std::mutex mutex_; ///< of all below
    std::shared_ptr<const conf::Config> config_;
    std::unordered_map<std::string, std::unique_ptr<Destination>> destinations_;
    /// Entries with jobs, and how many; or claimed by who makes a plan for them. Who puts an entry
    /// here first has it alone, and what is read after that is not older than the last result.
    std::unordered_map<QueueId, unsigned> active_;
    /// The latest entries that a look took. One may be delivered before added() tells of it:
    ///   the writer                 the look
    ///   commits the entry
    ///                              finds it, sends it, commits the result
    ///   added(): must not send it again
    std::unordered_set<QueueId> looked_;
    std::deque<QueueId> looked_order_;
    std::uint64_t changes_ = 0; ///< told by changed(): jobs from before are read again
    std::unordered_map<std::string, std::shared_ptr<const route::Choice>> choices_;
    std::unordered_map<std::string, Time> released_; ///< domains that hold for ETRN no more, until
    std::deque<std::string> starved_;                ///< destinations that wait for a worker
    std::unordered_map<Worker*, std::weak_ptr<Worker>> busy_workers_; ///< until they end
    std::unordered_map<QueueId, unsigned> delivering_; ///< jobs that workers took, by entry
    std::size_t ready_ = 0, ready_octets_ = 0; ///< of all destinations
    unsigned workers_ = 0;
    bool stopped_ = true, paused_ = false;
    bool wants_look_ = false, wants_whole_look_ = false;
    boost::asio::steady_timer* sleeper_ = nullptr; ///< of the loop, while it sleeps
    Time sleeps_until_{};
    Time wanted_by_ = Time::max(); ///< the earliest that wake_by() was told since the look began
    boost::asio::any_io_executor loop_executor_;
    std::uint64_t delivered_ = 0, deferred_ = 0, failed_ = 0;
    Time next_expiry_{};
    std::vector<Time> looked_until_; ///< a shard each
    unsigned settling_ = 0;
    std::condition_variable settled_;
};

} // namespace mailctl::queue
