// Commits what jobs came to, beside the connections that go on.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/base/log.h"
#include "core/queue/runner_state.h"

namespace mailctl::queue {
namespace {

using State = RecipientResult::State;

void log_result(const store::QueueEntry& entry, const RecipientResult& result,
                const store::QueueAttempt& attempt)
{
    if (!log::is_on(log::Level::Info, "queue"))
        return;
    const char* what = result.state == State::Deferred ? "deferred"
                       : result.state == State::Failed ? "failed"
                                                       : "delivered";
    log::info("queue", what,
              {{"id", to_string(entry.id)},
               {"to", '<' + entry.recipients[result.recipient].address + '>'},
               {"from", '<' + entry.sender + '>'},
               {"host", attempt.host},
               {"address", attempt.address},
               {"tls", attempt.tls},
               {"delay", to_text(attempt.start + attempt.took - entry.arrived)},
               {"reply", result.reply}});
}

} // namespace

void QueueRunner::settle_all(Destination& to, Job job, State state, std::string status,
                             std::string reply, std::string host, store::QueueAttempt attempt)
{
    std::vector<RecipientResult> results;
    for (const auto index : job.recipients) {
        RecipientResult result;
        result.recipient = index;
        result.state = state;
        result.status = status;
        result.reply = status.empty() || reply.starts_with(status) ? reply : status + " " + reply;
        result.host = host;
        results.push_back(std::move(result));
    }
    if (attempt.start == Time{}) {
        attempt.start = now();
        attempt.destination = to.key;
    }
    attempt.reply = reply;
    begin_settling(to, std::move(job), std::move(results), std::move(attempt));
}

void QueueRunner::begin_settling(Destination& to, Job job, std::vector<RecipientResult> results,
                                 store::QueueAttempt attempt)
{
    for (const auto& result : results) {
        attempt.delivered += result.state == State::Delivered || result.state == State::Relayed;
        attempt.deferred += result.state == State::Deferred;
        attempt.failed += result.state == State::Failed;
        log_result(*job.entry, result, attempt);
    }
    {
        const Lock lock(mutex_);
        to.delivered += attempt.delivered;
        to.deferred += attempt.deferred;
        to.failed += attempt.failed;
        delivered_ += attempt.delivered;
        deferred_ += attempt.deferred;
        failed_ += attempt.failed;
        to.last_reply = attempt.reply;
        ++settling_;
    }
    spawn_settling(std::move(job), std::move(results), std::move(attempt));
}

/// Without an attempt: nothing was tried.
void QueueRunner::begin_settling_alone(Job job, std::vector<RecipientResult> results)
{
    {
        const Lock lock(mutex_);
        ++settling_;
    }
    spawn_settling(std::move(job), std::move(results), {});
}

/// On the thread that sent it: another one would have to be woken, twice.
void QueueRunner::spawn_settling(Job job, std::vector<RecipientResult> results,
                                 store::QueueAttempt attempt)
{
    const auto executor = job.executor ? job.executor : parts_.executor;
    boost::asio::co_spawn(
        executor, settle(shared_from_this(), std::move(job), std::move(results), std::move(attempt)),
        boost::asio::detached);
}

Awaitable<> QueueRunner::settle(std::shared_ptr<QueueRunner> self, Job job,
                                std::vector<RecipientResult> results, store::QueueAttempt attempt)
{
    std::vector<store::QueueAttempt> attempts;
    if (attempt.start != Time{})
        attempts.push_back(std::move(attempt));
    auto after = co_await self->settler_.settle(job.entry, std::move(results), std::move(attempts),
                                                self->config());
    if (!after && after.error().code() != Errc::NotFound)
        log::error("queue", "a result cannot be kept; the message may be sent again",
                   {{"id", to_string(job.id)}, {"why", after.error().detail()}});
    self->release(job.id, after ? &*after : nullptr);
    const Lock lock(self->mutex_);
    --self->settling_;
    self->settled_.notify_all();
}

/// Tells the sender of recipients that a command or a rule failed; the entry may end with it.
Awaitable<> QueueRunner::tell_failed(std::shared_ptr<QueueRunner> self, Job job,
                                     std::vector<std::uint32_t> recipients)
{
    auto after =
        co_await self->settler_.tell_failed(job.entry, std::move(recipients), self->config());
    if (!after && after.error().code() != Errc::NotFound)
        log::error("queue", "a bounce could not be sent; trying again",
                   {{"id", to_string(job.id)}, {"why", after.error().detail()}});
    self->release(job.id, after ? &*after : nullptr);
}

/// Keeps connections from running far ahead of the disk.
Awaitable<> QueueRunner::wait_for_settling()
{
    for (;;) {
        {
            const Lock lock(mutex_);
            if (settling_ < kMaxSettling || stopped_)
                co_return;
        }
        auto executor = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer timer(executor, std::chrono::milliseconds(5));
        co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
}

/// A job is over. What of its entry is due already is found by another look.
void QueueRunner::release(QueueId id, const store::QueueEntry* after)
{
    const Lock lock(mutex_);
    const auto found = active_.find(id);
    if (found == active_.end() || --found->second > 0)
        return;
    active_.erase(found);
    if (!after || after->held)
        return;
    std::optional<Time> next;
    for (const auto& recipient : after->recipients)
        if (recipient.is_pending())
            next = std::min(next.value_or(recipient.next_attempt), recipient.next_attempt);
    if (!next) // most are done with
        return;
    if (*next <= now()) {
        wants_whole_look_ = true;
        wake();
        return;
    }
    wake_by(*next);
}

} // namespace mailctl::queue
