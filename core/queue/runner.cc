// Starts, stops and shows the runner.
#include "core/queue/runner.h"

#include <algorithm>

#include <boost/asio/strand.hpp>

#include "core/base/log.h"
#include "core/net/own_addresses.h"
#include "core/queue/runner_state.h"
#include "core/route/ourselves.h"
#include "store/store.h"

namespace mailctl::queue {

void Worker::cut()
{
    std::function<void()> end;
    {
        const std::lock_guard lock(mutex);
        is_cut = true;
        end = closer;
    }
    if (end)
        end();
}

bool Worker::was_cut()
{
    const std::lock_guard lock(mutex);
    return is_cut;
}

void Worker::set_closer(std::function<void()> c)
{
    bool cut_already = false;
    {
        const std::lock_guard lock(mutex);
        closer = c;
        cut_already = is_cut;
    }
    if (cut_already && c)
        c();
}

QueueRunner::QueueRunner(RunnerParts parts)
    : parts_(std::move(parts)),
      sts_([this] {
          mta_sts::PoliciesParts out;
          out.store = parts_.store;
          out.resolver = parts_.resolver;
          out.clock = parts_.clock;
          out.workers = parts_.workers;
          return out;
      }()),
      policies_(*parts_.resolver, &sts_),
      connector_([this] {
          ConnectParts out;
          out.resolver = parts_.resolver;
          out.random = parts_.random;
          out.policies = &policies_;
          out.tls_reports = parts_.tls_reports;
          out.dial = parts_.dial ? parts_.dial : Dialer(net::dial);
          out.is_ours = [this](const std::string& address, std::uint16_t port) {
              const auto settings = config();
              return route::is_this_server(*settings, own_addresses_, address, port);
          };
          return out;
      }()),
      settler_(parts_.store->queue(), parts_.notifier, *parts_.clock, *parts_.random),
      own_addresses_(net::own_addresses())
{
    loop_executor_ = boost::asio::make_strand(parts_.executor);
    looked_until_.resize(parts_.store->queue().shards());
}

std::shared_ptr<const conf::Config> QueueRunner::config() const
{
    const Lock lock(mutex_);
    return config_;
}

void QueueRunner::start(std::shared_ptr<const conf::Config> config)
{
    {
        const Lock lock(mutex_);
        config_ = std::move(config);
        stopped_ = false;
        wants_whole_look_ = true;
    }
    parts_.store->queue().observe(this);
    tasks_.spawn(loop_executor_, keep_looking(shared_from_this()), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            const Lock lock(self->mutex_);
            self->wake();
        }
    });
}

void QueueRunner::reload(std::shared_ptr<const conf::Config> config)
{
    const Lock lock(mutex_);
    config_ = std::move(config);
    choices_.clear();
    ++changes_;
    for (auto& [key, one] : destinations_)
        one->limit = 0; // taken anew with the next job
    wants_whole_look_ = true;
    wake();
}

void QueueRunner::stop(std::chrono::milliseconds limit)
{
    {
        const Lock lock(mutex_);
        if (std::exchange(stopped_, true))
            return;
        wake();
        for (auto& [key, one] : destinations_)
            for (Worker* idle : std::exchange(one->idle, {}))
                wake_worker(*idle);
    }
    parts_.store->queue().observe(nullptr);
    if (!tasks_.wait(limit)) {
        log::warn("queue", "deliveries under way are cut", {{"tasks", tasks_.size()}});
        tasks_.cancel_all();
        tasks_.wait(std::chrono::seconds(5));
    }
    Lock lock(mutex_);
    settled_.wait_for(lock, std::chrono::seconds(10), [this] { return settling_ == 0; });
}

void QueueRunner::added(Entry entry)
{
    if (entry->held || entry->next_attempt > now()) {
        const Lock lock(mutex_);
        if (!entry->held && !stopped_)
            wake_by(entry->next_attempt);
        return;
    }
    std::uint64_t changes = 0;
    {
        const Lock lock(mutex_);
        changes = changes_;
        if (stopped_ || active_.contains(entry->id) || looked_.contains(entry->id))
            return;
        ++active_[entry->id];
    }
    Plan plan = make_plan(entry, 0, now());
    for (auto& job : plan.jobs)
        job.changes = changes;
    take_plan(entry, std::move(plan));
    release(entry->id, nullptr);
}

void QueueRunner::changed()
{
    const Lock lock(mutex_);
    ++changes_;
    wants_whole_look_ = true;
    wake();
}

void QueueRunner::retry_now(const std::string& key)
{
    const Lock lock(mutex_);
    for (auto& [name, one] : destinations_) {
        if (!key.empty() && name != key)
            continue;
        one->backs_off_until.reset();
        one->back_off = milliseconds(0);
        one->limit = 0;
    }
    if (!key.empty())
        released_[key] = now() + kReleaseTime;
    wants_whole_look_ = true;
    wake();
}

RunnerView QueueRunner::view(std::size_t destinations) const
{
    RunnerView view;
    const Lock lock(mutex_);
    view.paused = paused_;
    if (sleeper_ && !wants_look_)
        view.next_look = sleeps_until_;
    view.delivered = delivered_;
    view.deferred = deferred_;
    view.failed = failed_;
    for (const auto& [key, one] : destinations_) {
        DestinationView shown;
        shown.key = key;
        shown.waiting = one->ready.size();
        shown.connections = one->connected;
        shown.idle = static_cast<unsigned>(one->idle.size());
        shown.under_way = one->under_way;
        shown.delivered = one->delivered;
        shown.deferred = one->deferred;
        shown.failed = one->failed;
        shown.backs_off_until = one->backs_off_until;
        shown.last_reply = one->last_reply;
        view.under_way += one->under_way;
        view.destinations.push_back(std::move(shown));
    }
    std::sort(view.destinations.begin(), view.destinations.end(), [](const auto& a, const auto& b) {
        const auto busy = [](const DestinationView& one) { return one.waiting + one.under_way; };
        return std::pair(busy(b), a.key) < std::pair(busy(a), b.key);
    });
    if (view.destinations.size() > destinations)
        view.destinations.resize(destinations);
    return view;
}

std::vector<QueueId> QueueRunner::delivering() const
{
    std::vector<QueueId> out;
    const Lock lock(mutex_);
    for (const auto& [id, jobs] : delivering_)
        out.push_back(id);
    std::sort(out.begin(), out.end());
    return out;
}

void QueueRunner::cut()
{
    std::vector<std::shared_ptr<Worker>> workers;
    {
        const Lock lock(mutex_);
        paused_ = true;
        for (const auto& [key, weak] : busy_workers_)
            if (auto worker = weak.lock())
                workers.push_back(std::move(worker));
        wake();
    }
    for (const auto& worker : workers)
        worker->cut();
    log::info("queue", "deliveries under way are cut", {{"connections", workers.size()}});
}

namespace {

/// The runner as its owner holds it: stops with it, while its coroutines keep the rest alive.
class Handle final : public Runner {
public:
    explicit Handle(RunnerParts parts) : runner_(std::make_shared<QueueRunner>(std::move(parts))) {}
    ~Handle() override { runner_->stop(std::chrono::seconds(5)); }
    void start(std::shared_ptr<const conf::Config> c) override { runner_->start(std::move(c)); }
    void reload(std::shared_ptr<const conf::Config> c) override { runner_->reload(std::move(c)); }
    void stop(std::chrono::milliseconds limit) override { runner_->stop(limit); }
    RunnerView view(std::size_t most) const override { return runner_->view(most); }
    std::vector<QueueId> delivering() const override { return runner_->delivering(); }
    void cut() override { runner_->cut(); }
    void retry_now(const std::string& key) override { runner_->retry_now(key); }

private:
    std::shared_ptr<QueueRunner> runner_;
};

} // namespace

std::unique_ptr<Runner> make_runner(RunnerParts parts)
{
    return std::make_unique<Handle>(std::move(parts));
}

} // namespace mailctl::queue
