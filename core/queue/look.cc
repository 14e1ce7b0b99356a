// Looks into the store for what is due, at start and whenever its time comes.
#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/queue/runner_state.h"
#include "store/store.h"

namespace mailctl::queue {

using Due = store::Queue::Due;

void QueueRunner::wake()
{
    // Under mutex_. The timer belongs to the loop's strand.
    wants_look_ = true;
    if (!sleeper_)
        return;
    boost::asio::post(loop_executor_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            const Lock lock(self->mutex_);
            if (self->sleeper_)
                self->sleeper_->cancel();
        }
    });
}

void QueueRunner::wake_by(Time time)
{
    wanted_by_ = std::min(wanted_by_, time);
    if (sleeper_ && time < sleeps_until_)
        wake();
}

Awaitable<> QueueRunner::rest(Time until)
{
    auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor);
    {
        const Lock lock(mutex_);
        if (wants_look_ || stopped_)
            co_return;
        // What was asked for since the look began may not have been read with `until`.
        const Time at = now();
        const milliseconds time = std::clamp<milliseconds>(std::min(until, wanted_by_) - at,
                                                           milliseconds(1), kLongestSleep);
        timer.expires_after(time);
        sleeper_ = &timer;
        sleeps_until_ = at + time;
    }
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    const Lock lock(mutex_);
    sleeper_ = nullptr;
}

/// When something is to be done again: the first attempt after those that the look until `looked`
/// took, the end of a back-off or of an hour's rest.
Awaitable<Time> QueueRunner::next_look(Time looked)
{
    Time at = looked + kLongestSleep;
    const auto next = co_await parts_.store->queue().next_due(looked);
    if (next && *next)
        at = std::min(at, **next);
    const Lock lock(mutex_);
    for (const auto& [key, one] : destinations_) {
        if (one->backs_off(looked))
            at = std::min(at, *one->backs_off_until);
        if (one->rests(looked))
            at = std::min<Time>(at, one->hour + std::chrono::hours(1));
    }
    co_return at;
}

Awaitable<> QueueRunner::keep_looking(std::shared_ptr<QueueRunner> self)
{
    for (;;) {
        bool whole = false;
        {
            const Lock lock(self->mutex_);
            if (self->stopped_)
                co_return;
            self->wants_look_ = false;
            self->wanted_by_ = Time::max();
            whole = std::exchange(self->wants_whole_look_, false);
        }
        const auto paused = co_await self->parts_.store->queue().paused();
        if (!paused)
            log::error("queue", "cannot be read", {{"why", paused.error().detail()}});
        bool is_paused = false;
        {
            const Lock lock(self->mutex_);
            whole = whole || (self->paused_ && paused && !*paused);
            is_paused = self->paused_ = paused && *paused;
        }
        const Time looked = self->now();
        if (!is_paused)
            co_await self->look(looked, whole);
        co_await self->expire_history();
        const Time next = co_await self->next_look(looked);
        co_await self->rest(next);
    }
}

/// Every shard from where the last look ended, and from where entries were passed over.
Awaitable<> QueueRunner::look(Time until, bool from_start)
{
    const std::uint16_t shards = parts_.store->queue().shards();
    for (std::uint16_t shard = 0; shard < shards; ++shard) {
        std::optional<Due> forward, refill;
        {
            const Lock lock(mutex_);
            if (stopped_)
                co_return;
            if (!from_start && looked_until_[shard] > Time{})
                forward = Due{looked_until_[shard] - kLookBack, QueueId{}, {}};
            for (auto& [key, one] : destinations_) {
                auto& parked = one->parked[shard];
                if (!parked || one->backs_off(until) || one->rests(until) ||
                    one->ready.size() > kMaxReadyOfDestination / 2)
                    continue;
                if (!refill || parked->at < refill->at ||
                    (parked->at == refill->at && parked->id < refill->id))
                    refill = parked;
                parked.reset();
            }
            looked_until_[shard] = until;
        }
        if (refill && forward && refill->at < forward->at)
            forward = std::move(refill);
        co_await look_at_shard(shard, until, std::move(forward));
    }
    const Lock lock(mutex_);
    forget_quiet(until);
    std::erase_if(released_, [until](const auto& each) { return each.second <= until; });
    for (auto& [key, one] : destinations_)
        maybe_spawn(*one);
}

Awaitable<> QueueRunner::look_at_shard(std::uint16_t shard, Time until, std::optional<Due> after)
{
    for (;;) {
        auto page = co_await parts_.store->queue().due(shard, until, after, kDuePage);
        if (!page) {
            log::error("queue", "cannot be read", {{"why", page.error().detail()}});
            co_return;
        }
        if (page->empty())
            co_return;
        after = page->back();
        const bool is_last = page->size() < kDuePage;
        co_await take_page(std::move(*page));
        if (is_last)
            co_return;
    }
}

/// True where nothing can be done for it now: under way, or all its destinations are full or back
/// off (known without reading the entry where settings name no routes).
bool QueueRunner::is_known(const Due& due, Time now)
{
    const Lock lock(mutex_);
    if (active_.contains(due.id))
        return true;
    if (due.domains.empty() || !config_->routes.empty() ||
        config_->outbound.mode != conf::OutboundMode::Mx) {
        ++active_[due.id];
        return false;
    }
    bool all = true;
    for (const auto& domain : due.domains) {
        const auto found = destinations_.find(domain);
        const bool waits =
            found != destinations_.end() && (is_full(*found->second) || found->second->rests(now));
        all = all && waits;
    }
    if (!all) {
        ++active_[due.id];
        return false;
    }
    for (const auto& domain : due.domains)
        park(*destinations_[domain], due.id, due.at);
    return true;
}

void QueueRunner::remember_looked(QueueId id)
{
    if (!looked_.insert(id).second)
        return;
    looked_order_.push_back(id);
    if (looked_order_.size() <= kMaxLooked)
        return;
    looked_.erase(looked_order_.front());
    looked_order_.pop_front();
}

/// Jobs of what can be sent; what goes to a destination that backs off is put off until its end, a
/// commit for many.
Awaitable<> QueueRunner::take_page(std::vector<Due> page)
{
    const Time at = now();
    std::erase_if(page, [&](const Due& due) { return is_known(due, at); });
    std::vector<QueueId> ids;
    for (const auto& due : page)
        ids.push_back(due.id);
    if (ids.empty())
        co_return;
    const std::vector<QueueId> claimed = ids;
    std::uint64_t changes = 0;
    {
        const Lock lock(mutex_);
        changes = changes_;
    }
    auto entries = co_await parts_.store->queue().find_all(std::move(ids));
    if (!entries) {
        log::error("queue", "entries cannot be read", {{"why", entries.error().detail()}});
        for (const QueueId id : claimed)
            release(id, nullptr);
        co_return;
    }
    struct Late {
        std::vector<Job> jobs;
        std::string domain, reply;
        Time until{};
    };
    std::unordered_map<std::string, Late> late;
    for (auto& found : *entries) {
        const auto entry = std::make_shared<const store::QueueEntry>(std::move(found));
        if (entry->held)
            continue;
        Plan plan = make_plan(entry, 0, at);
        for (auto& job : plan.jobs)
            job.changes = changes;
        {
            const Lock lock(mutex_);
            remember_looked(entry->id);
            for (std::size_t i = 0; i < plan.jobs.size();) {
                Destination& to = destination(plan.ways[i]);
                if (!to.backs_off(at)) {
                    ++i;
                    continue;
                }
                Late& put = late[to.key];
                put.domain = to.way->kind == route::Way::Kind::Mx ? to.way->domain : "";
                put.until = *to.backs_off_until;
                put.reply = to.last_reply;
                ++active_[entry->id];
                put.jobs.push_back(std::move(plan.jobs[i]));
                plan.jobs.erase(plan.jobs.begin() + static_cast<std::ptrdiff_t>(i));
                plan.ways.erase(plan.ways.begin() + static_cast<std::ptrdiff_t>(i));
            }
        }
        take_plan(entry, std::move(plan));
    }
    for (const QueueId id : claimed)
        release(id, nullptr);
    for (auto& [key, put] : late)
        co_await put_off(std::move(put.jobs), key, std::move(put.domain), put.until,
                         std::move(put.reply));
}

Awaitable<> QueueRunner::expire_history()
{
    const Time at = now();
    milliseconds keep{};
    milliseconds keep_reports{};
    {
        const Lock lock(mutex_);
        if (at < next_expiry_)
            co_return;
        next_expiry_ = at + std::chrono::hours(1);
        keep = config_->queue.history;
        keep_reports = config_->tls_rpt.keep;
    }
    const auto gone = co_await parts_.store->queue().expire_history(at - keep);
    if (!gone)
        log::warn("queue", "old history cannot be erased", {{"why", gone.error().detail()}});
    if (!parts_.tls_reports)
        co_return;
    const auto expired = co_await parts_.tls_reports->expire(keep_reports);
    if (!expired)
        log::warn("queue", "old counts of TLS sessions cannot be erased",
                  {{"why", expired.error().detail()}});
}

} // namespace mailctl::queue
