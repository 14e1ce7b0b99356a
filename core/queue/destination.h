// What is known of one destination while there is work for it. Guarded by the runner's mutex.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/clock.h"
#include "core/route/route.h"
#include "store/queue.h"

namespace mailctl::queue {

struct Worker; // core/queue/runner_state.h

/// Recipients of one entry that go to one destination together.
struct Job {
    QueueId id{};
    std::uint8_t priority = 5;
    std::uint32_t way = 0;                          ///< place among the ways of its route
    std::uint64_t changes = 0;                      ///< QueueRunner::changes_ when it was read
    std::shared_ptr<const store::QueueEntry> entry; ///< nullptr: to be read
    std::vector<std::uint32_t> recipients;          ///< places in the entry
    std::shared_ptr<const route::Way> chosen;       ///< anew, after the settings changed
    boost::asio::any_io_executor executor;          ///< of the worker that took it; empty: none did
};

/// Jobs that are ready, highest priority first, then oldest.
class JobQueue {
public:
    void push(Job job);
    void push_front(Job job);
    std::optional<Job> pop();
    std::vector<Job> take_all();
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

private:
    static constexpr std::size_t kPriorities = 11; // 1 to 10
    std::array<std::deque<Job>, kPriorities> jobs_;
    std::size_t size_ = 0;
};

struct Destination {
    std::string key;
    std::shared_ptr<const route::Way> way;
    JobQueue ready;
    unsigned workers = 0;   ///< coroutines at work or idle
    unsigned connected = 0; ///< of them: with an open connection
    unsigned limit = 0;     ///< workers at most: the settings', or what the peer allows
    std::vector<Worker*> idle;
    milliseconds back_off{0};
    std::optional<Time> backs_off_until;
    /// Messages of the hour that began at `hour`; at the limit nothing more is begun in it.
    Time hour{};
    std::uint64_t this_hour = 0;
    /// The place in each shard's due rows after which entries were passed over for want of room.
    std::vector<std::optional<store::Queue::Due>> parked;
    std::uint64_t delivered = 0, deferred = 0, failed = 0;
    unsigned under_way = 0;
    std::string last_reply;

    bool backs_off(Time now) const { return backs_off_until && *backs_off_until > now; }
    bool rests(Time now) const
    {
        const unsigned most = way ? way->hop.messages_per_hour : 0;
        return most > 0 && this_hour >= most && now < hour + std::chrono::hours(1);
    }
    void count_message(Time now);
    bool is_parked() const;
    bool is_forgettable(Time now) const;
};

} // namespace mailctl::queue
