// A runner in memory: its store, its clock, a zone for the DNS, and peers that do as they are told.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "conf/config.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/dns/resolver.h"
#include "core/queue/runner.h"
#include "core/tls_rpt/counters.h"
#include "store/engine/memory_engine.h"
#include "store/store.h"

namespace mailctl::queue {

/// How the server at one address behaves.
struct Peer {
    bool refuses = false; ///< connections
    bool is_mute = false; ///< takes a connection and never says a word
    std::string banner = "220 peer ESMTP";
    std::vector<std::string> extensions{"PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME"};
    /// What it answers to "MAIL", "RCPT ann@far.example", "DATA" or ".", each answer once and the
    /// last one for ever; else a good one. "cut": the connection ends there. "wait": it ends never.
    std::map<std::string, std::deque<std::string>> replies;
};

/// Stands still, unless a test says otherwise.
class RelayClock : public ManualClock {
public:
    using ManualClock::ManualClock;
    /// From now on, the `nth` look at the clock (1: the next) finds it advanced by `by`.
    void advance_at(unsigned nth, milliseconds by)
    {
        left_ = nth;
        by_ = by;
    }
    bool has_advanced() const { return left_ == 0; }
    Time now() const override
    {
        if (left_ > 0 && --left_ == 0)
            late_ += by_;
        return ManualClock::now() + late_;
    }

private:
    mutable unsigned left_ = 0;
    milliseconds by_{0};
    mutable milliseconds late_{0};
};

class Relay {
public:
    explicit Relay(const std::function<void(conf::Config&)>& change = {});
    ~Relay();

    Peer& peer(const std::string& address) { return peers[address]; }
    /// Queues a message with this subject.
    QueueId add(const std::string& subject, std::vector<std::string> recipients,
                const std::function<void(store::QueueEntry&)>& change = {});
    void start();
    /// As a process that ends: what is under way is cut at once.
    void kill();
    /// Lets everything happen until `what` holds; fails the test where it never does.
    void until(const std::string& what, const std::function<bool()>& holds);
    void until_event(const std::string& event) { until_events(event, 1); }
    void until_events(const std::string& event, std::size_t count);
    /// Every peer ends its connections.
    void hang_up();
    /// Moves the clock and has the runner look.
    void pass(milliseconds time);
    /// Lets happen what can happen now, until nothing is at work but mute peers.
    void settle();
    /// No message is left in the queue.
    void until_empty();
    /// The state of one message: "ann@far.example waiting 1 451 4.7.1 Later".
    std::string state(QueueId id);
    /// Of a finished one.
    std::vector<store::QueueHistory> history();
    std::size_t count(const std::string& event) const;
    /// Of TLS sessions: "far.example no-policy-found starttls-not-supported 1".
    std::vector<std::string> sessions();
    /// The first place of an event; SIZE_MAX: it never happened.
    std::size_t place(const std::string& event) const;

    template <class T>
    T run(Awaitable<T> work)
    {
        auto done = boost::asio::co_spawn(io, std::move(work), boost::asio::use_future);
        until("work is done", [&] {
            return done.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
        });
        return done.get();
    }

    boost::asio::io_context io;
    boost::asio::thread_pool workers{1};
    RelayClock clock;
    SeededRandom random{7};
    std::shared_ptr<conf::Config> config;
    std::shared_ptr<store::MemoryDisk> disk;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<dns::Resolver> resolver;
    std::unique_ptr<tls_rpt::Counters> tls_reports;
    std::map<std::string, Peer> peers;
    /// "192.0.2.1 connect", "192.0.2.1 RCPT ann@far.example", "192.0.2.1 message hello", "notice
    /// failure ann@far.example 5.1.1"
    std::vector<std::string> events;
    unsigned open = 0, most_open = 0; ///< connections
    std::vector<std::function<void()>> closers; ///< of all peers' ends so far
    bool notices_work = true;
    std::unique_ptr<Notifier> notifier;
    std::unique_ptr<Mailroom> mailroom; ///< none until a test makes one
    std::unique_ptr<Runner> runner;

private:
    Awaitable<Result<std::unique_ptr<net::Stream>>> dial(net::Dial to);
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
};

} // namespace mailctl::queue
