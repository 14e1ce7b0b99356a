// When no host of a destination answers: the next way, or a back-off for all that is meant for it.
#include <algorithm>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/queue/runner_state.h"
#include "core/queue/schedule.h"
#include "store/store.h"

namespace mailctl::queue {

using State = RecipientResult::State;

/// "waits for ETRN": the route's own time of asking. RFC 1985
constexpr milliseconds kEtrnWait = std::chrono::hours(24 * 365);

void QueueRunner::begin_back_off(Destination& to, const Unreachable& why, Time at)
{
    const auto& outbound = config_->outbound;
    to.back_off = std::clamp(to.back_off * 2, outbound.back_off,
                             std::max(outbound.back_off, outbound.max_back_off));
    to.backs_off_until = at + to.back_off;
    to.last_reply = why.reply;
    wake_by(*to.backs_off_until); // entries that come meanwhile are only in the store
    log::info("queue", "destination backs off",
              {{"destination", to.key}, {"for", to_text(to.back_off)}, {"why", why.reply}});
}

/// No host answered. The next way is taken where there is one; else the destination backs off, and
/// what is ready for it is put off with it. Where other connections stand, the peer only wants no
/// more of them (RFC 5321 §4.5.4.1 leaves the number to us).
Awaitable<> QueueRunner::cannot_reach(Destination& to, std::shared_ptr<const route::Way> way,
                                      Job job, Unreachable why, store::QueueAttempt attempt)
{
    const Time at = now();
    std::vector<Job> others;
    Time until{};
    {
        const Lock lock(mutex_);
        to.last_reply = why.reply;
        if (!why.permanent && to.connected > 0) {
            to.limit = to.connected;
            if (job.entry)
                ready_octets_ += job.entry->inline_body.size();
            ++ready_;
            to.ready.push_front(std::move(job));
            co_return;
        }
        // What will never work is found out for each job: the DNS's answer is at hand.
        const bool is_final =
            why.permanent && (!why.no_domain || config_->queue.dns_attempts > 0);
        if (!is_final) {
            begin_back_off(to, why, at);
            until = *to.backs_off_until;
            others = to.ready.take_all();
            ready_ -= others.size();
        }
        for (const auto& other : others)
            if (other.entry)
                ready_octets_ -= std::min(ready_octets_, other.entry->inline_body.size());
    }
    const std::string domain = way->kind == route::Way::Kind::Mx ? way->domain : std::string();
    const bool tries_next = co_await take_next_way(to.key, job, why);
    if (!tries_next) {
        const bool gives_up =
            why.permanent &&
            (!why.no_domain || is_last_dns_attempt(*job.entry, job.recipients.front()));
        settle_all(to, std::move(job), gives_up ? State::Failed : State::Deferred, why.enhanced,
                   why.reply, why.host, std::move(attempt));
    }
    std::vector<Job> waiting;
    for (auto& other : others) {
        const bool goes = co_await take_next_way(to.key, other, why);
        if (!goes)
            waiting.push_back(std::move(other));
    }
    co_await put_off(std::move(waiting), to.key, domain, until, why.reply);
}

bool QueueRunner::is_last_dns_attempt(const store::QueueEntry& entry, std::uint32_t recipient) const
{
    const unsigned most = config()->queue.dns_attempts;
    return most > 0 && entry.recipients[recipient].attempts + 1 >= most;
}

/// Gives a job to the next way of its route. False: there is none.
Awaitable<bool> QueueRunner::take_next_way(std::string key, Job& job, const Unreachable& why)
{
    if (why.permanent)
        co_return false;
    const bool is_there = co_await load(key, job);
    if (!is_there)
        co_return false;
    const auto choice = choose(*job.entry, job.entry->recipients[job.recipients.front()]);
    if (!choice || job.way + 1 >= (*choice)->ways.size())
        co_return false;
    Plan plan = make_plan(job.entry, job.way + 1, now(), &job.recipients);
    for (auto& next : plan.jobs)
        next.changes = job.changes;
    take_plan(job.entry, std::move(plan));
    release(job.id, nullptr);
    co_return true;
}

/// Waits out a back-off without an attempt; those whose time is over or whose sender is to be told
/// of a delay are looked at one by one.
Awaitable<> QueueRunner::put_off(std::vector<Job> jobs, std::string key, std::string domain,
                                 Time until, std::string reply)
{
    if (jobs.empty())
        co_return;
    const Time at = now();
    const auto settings = config();
    std::vector<QueueId> ids;
    for (auto& job : jobs) {
        const bool is_there = co_await load(key, job);
        if (!is_there) {
            release(job.id, nullptr);
            continue;
        }
        const bool is_mixed =
            domain.empty() && job.recipients.size() != job.entry->recipients.size();
        if (is_mixed || needs_news(*job.entry, job.recipients, at)) {
            std::vector<RecipientResult> results;
            for (const auto index : job.recipients) {
                RecipientResult result;
                result.recipient = index;
                result.status = "4.4.1";
                result.reply = reply;
                results.push_back(std::move(result));
            }
            begin_settling_alone(std::move(job), std::move(results));
            continue;
        }
        ids.push_back(job.id);
    }
    if (ids.empty())
        co_return;
    const std::vector<QueueId> done = ids;
    const auto put = co_await parts_.store->queue().postpone(std::move(ids), std::move(domain),
                                                             until, std::move(reply));
    if (!put)
        log::error("queue", "entries cannot be put off", {{"why", put.error().detail()}});
    {
        const Lock lock(mutex_);
        wake_by(until);
    }
    for (const QueueId id : done)
        release(id, nullptr);
}

bool QueueRunner::needs_news(const store::QueueEntry& entry,
                             const std::vector<std::uint32_t>& recipients, Time at)
{
    for (const auto index : recipients) {
        const auto& recipient = entry.recipients[index];
        const auto choice = choose(entry, recipient);
        if (choice &&
            (at >= expiry_of(entry, **choice) || is_delay_due(entry, recipient, **choice, at)))
            return true;
    }
    return false;
}

Awaitable<> QueueRunner::hold_for_etrn(std::shared_ptr<QueueRunner> self, Job job,
                                       std::string domain)
{
    const QueueId id = job.id;
    std::vector<QueueId> ids{id};
    const Time until = job.entry->arrived + kEtrnWait;
    const auto put = co_await self->parts_.store->queue().postpone(
        std::move(ids), std::move(domain), until, "waits for ETRN");
    if (!put)
        log::error("queue", "an entry cannot be put off",
                   {{"id", to_string(id)}, {"why", put.error().detail()}});
    self->release(id, nullptr);
}

} // namespace mailctl::queue
