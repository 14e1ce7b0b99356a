// What a worker does: takes jobs of its destination and sends them over its connection.
#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/queue/exec.h"
#include "core/queue/message_source.h"
#include "core/queue/runner_state.h"
#include "store/store.h"

namespace mailctl::queue {
namespace {

using State = RecipientResult::State;
using Kind = route::Way::Kind;

constexpr milliseconds kExecLimit = std::chrono::minutes(5);

State state_of(smtp::Outcome::Recipient::State state)
{
    switch (state) {
        case smtp::Outcome::Recipient::State::Delivered:
            return State::Delivered;
        case smtp::Outcome::Recipient::State::Relayed:
            return State::Relayed;
        case smtp::Outcome::Recipient::State::Deferred:
            return State::Deferred;
        case smtp::Outcome::Recipient::State::Failed:
            return State::Failed;
    }
    return State::Deferred;
}

std::string text_of(const smtp::PeerReply& reply)
{
    if (reply.code != 0)
        return reply.line();
    return reply.enhanced.empty() ? reply.text : reply.enhanced + " " + reply.text;
}

smtp::Envelope envelope_of(const store::QueueEntry& entry, const route::Way& way,
                           const std::vector<std::uint32_t>& recipients, std::uint64_t octets)
{
    smtp::Envelope out;
    const std::string& own = entry.recipients[recipients.front()].sender; // one for all: job_for
    out.sender = own.empty() ? entry.sender : own;
    if (!out.sender.empty() && !way.hop.sender.empty())
        out.sender = way.hop.sender;
    for (const auto index : recipients) {
        const auto& recipient = entry.recipients[index];
        out.recipients.push_back(
            {recipient.address, recipient.notify, recipient.original_recipient});
    }
    out.envelope_id = entry.envelope_id;
    out.return_given = entry.return_given;
    out.return_full = entry.return_full;
    out.smtp_utf8 = entry.smtp_utf8;
    out.body_8bit = entry.body_8bit;
    out.body_binary = entry.body_binary;
    out.require_tls = entry.require_tls;
    out.octets = octets;
    return out;
}

/// Of mail that this server took in again, or did not.
RecipientResult result_of(std::uint32_t index, const Result<Taken>& taken)
{
    RecipientResult out;
    out.recipient = index;
    if (taken) {
        out.state = *taken == Taken::Kept ? State::Delivered : State::Relayed;
        out.peer_tells = *taken == Taken::SentOn; // of its success: the entry that it became
        out.status = "2.0.0";
        out.reply = *taken == Taken::Kept ? "2.0.0 into a mailbox" : "2.0.0 sent on";
        return out;
    }
    const Errc code = taken.error().code();
    const bool is_final =
        code == Errc::NotFound || code == Errc::Denied || code == Errc::Invalid;
    out.state = is_final ? State::Failed : State::Deferred;
    out.status = code == Errc::NotFound ? "5.1.1" : is_final ? "5.2.0" : "4.3.0";
    out.reply = out.status + ' ' + taken.error().detail();
    return out;
}

/// Nothing was said about this message yet: the kept connection was dead, not the destination.
bool is_stale(const smtp::Outcome& outcome)
{
    return !outcome.usable && !outcome.in_doubt &&
           std::all_of(outcome.recipients.begin(), outcome.recipients.end(), [](const auto& one) {
               return one.state == smtp::Outcome::Recipient::State::Deferred &&
                      one.stage == smtp::Stage::Mail &&
                      (one.reply.code == 0 || one.reply.code == 421);
           });
}

} // namespace

void QueueRunner::wake_worker(Worker& worker)
{
    worker.is_woken = true;
    boost::asio::post(worker.executor,
                      [keep = worker.shared_from_this()] { keep->timer.cancel(); });
}

/// Under mutex_: one more worker where there is more to do than they have.
void QueueRunner::maybe_spawn(Destination& to)
{
    const Time at = now();
    if (stopped_ || paused_ || to.ready.empty() || to.backs_off(at) || to.rests(at))
        return;
    if (!to.idle.empty()) {
        Worker* idle = to.idle.back();
        to.idle.pop_back();
        wake_worker(*idle);
        return;
    }
    if (to.workers >= to.limit || (to.workers > 0 && to.ready.size() < to.workers))
        return;
    if (workers_ >= std::max(1U, config_->outbound.deliveries)) {
        if (std::find(starved_.begin(), starved_.end(), to.key) == starved_.end())
            starved_.push_back(to.key);
        return;
    }
    spawn(to);
}

void QueueRunner::spawn(Destination& to)
{
    ++to.workers;
    ++workers_;
    // The only one takes turns with what brings the mail in: no other thread has to be woken for each
    // message. More of them are to run side by side.
    const Thread thread = workers_ == 1 ? Thread::Asking : Thread::Next;
    auto worker = std::make_shared<Worker>(parts_.deliveries ? parts_.deliveries(thread)
                                                             : boost::asio::make_strand(parts_.executor));
    busy_workers_.emplace(worker.get(), worker);
    const auto executor = worker->executor;
    tasks_.spawn(executor, work(shared_from_this(), &to, worker), [worker] { worker->cut(); });
}

Awaitable<> QueueRunner::work(std::shared_ptr<QueueRunner> self, Destination* to,
                              std::shared_ptr<Worker> worker)
{
    // It is spawned under the mutex that it takes.
    co_await boost::asio::post(worker->executor, boost::asio::use_awaitable);
    for (;;) {
        auto job = self->take(*to, *worker);
        if (job) {
            co_await self->deliver(*to, *worker, std::move(*job));
            continue;
        }
        const bool goes_on = co_await self->wait_idle(*to, *worker);
        if (!goes_on)
            break;
    }
    std::unique_ptr<smtp::Client> client;
    if (worker->connection)
        client = std::move(worker->connection->client);
    self->lose_connection(*to, *worker);
    self->worker_gone(*to, *worker); // `to` may be gone from here on
    if (client)
        co_await client->quit();
}

/// The next job, where one may begin now.
std::optional<Job> QueueRunner::take(Destination& to, Worker& worker)
{
    const Time at = now();
    const Lock lock(mutex_);
    if (stopped_ || paused_ || to.backs_off(at) || to.rests(at))
        return std::nullopt;
    if (!starved_.empty() && to.workers > 1 && workers_ >= config_->outbound.deliveries)
        return std::nullopt; // others wait for a place
    auto job = to.ready.pop();
    if (!job)
        return job;
    job->executor = worker.executor;
    --ready_;
    if (job->entry)
        ready_octets_ -= std::min(ready_octets_, job->entry->inline_body.size());
    to.count_message(at);
    ++to.under_way;
    ++delivering_[job->id];
    worker.is_woken = false;
    if (to.is_parked() && to.ready.size() == kMaxReadyOfDestination / 2)
        wake();
    return job;
}

/// Keeps the connection for a while. False: the worker is not needed any more.
Awaitable<bool> QueueRunner::wait_idle(Destination& to, Worker& worker)
{
    milliseconds limit{};
    {
        const Lock lock(mutex_);
        if (to.ready.empty() && to.is_parked() && !to.rests(now()))
            wake(); // there is more in the store
        const bool may = !stopped_ && worker.connection && starved_.empty() && to.ready.empty() &&
                         !to.backs_off(now());
        limit = config_->outbound.connection_idle;
        if (!may || limit.count() <= 0)
            co_return false;
        worker.is_woken = false;
        to.idle.push_back(&worker);
    }
    worker.timer.expires_after(limit);
    co_await worker.timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    const Lock lock(mutex_);
    std::erase(to.idle, &worker);
    co_return worker.is_woken && !stopped_;
}

void QueueRunner::worker_gone(Destination& to, Worker& worker)
{
    const Lock lock(mutex_);
    busy_workers_.erase(&worker);
    --to.workers;
    --workers_;
    if (!to.ready.empty())
        maybe_spawn(to);
    if (to.ready.empty() && to.is_parked())
        wake();
    while (!starved_.empty() && workers_ < std::max(1U, config_->outbound.deliveries)) {
        const std::string key = std::move(starved_.front());
        starved_.pop_front();
        const auto found = destinations_.find(key);
        if (found != destinations_.end())
            maybe_spawn(*found->second);
    }
}

void QueueRunner::lose_connection(Destination& to, Worker& worker)
{
    if (!worker.connection)
        return;
    worker.connection.reset();
    worker.set_closer({});
    const Lock lock(mutex_);
    --to.connected;
}

/// Whether what was read again still goes this way: it may have been held, put off or led elsewhere
/// by command.
bool QueueRunner::still_goes(const std::string& key, Job& job)
{
    const Time at = now();
    if (job.entry->held)
        return false;
    std::erase_if(job.recipients, [&](std::uint32_t index) {
        if (index >= job.entry->recipients.size())
            return true;
        const auto& recipient = job.entry->recipients[index];
        if (!recipient.is_waiting() || recipient.next_attempt > at)
            return true;
        const auto choice = choose(*job.entry, recipient);
        if (!choice || job.way >= (*choice)->ways.size() || (*choice)->ways[job.way].key != key)
            return true;
        job.chosen = std::shared_ptr<const route::Way>(*choice, &(*choice)->ways[job.way]);
        return false;
    });
    return !job.recipients.empty();
}

/// Reads the entry of a job that did not keep it, or that a command may have changed. False: there
/// is nothing to do for it here any more.
Awaitable<bool> QueueRunner::load(std::string key, Job& job)
{
    {
        const Lock lock(mutex_);
        if (job.entry && job.changes == changes_)
            co_return true;
        job.changes = changes_;
    }
    std::vector<QueueId> ids{job.id};
    auto found = co_await parts_.store->queue().find_all(std::move(ids));
    if (!found) {
        log::error("queue", "an entry cannot be read",
                   {{"id", to_string(job.id)}, {"why", found.error().detail()}});
        co_return false;
    }
    if (found->empty())
        co_return false;
    job.entry = std::make_shared<const store::QueueEntry>(std::move(found->front()));
    co_return still_goes(key, job);
}

Awaitable<> QueueRunner::deliver(Destination& to, Worker& worker, Job job)
{
    const QueueId id = job.id;
    const bool is_there = co_await load(to.key, job);
    std::shared_ptr<const route::Way> way;
    {
        const Lock lock(mutex_);
        if (is_there && job.chosen)
            to.way = std::move(job.chosen);
        way = to.way;
        if (!is_there)
            sent(to, id);
    }
    if (!is_there) {
        release(job.id, job.entry.get());
        co_return;
    }
    switch (way->kind) {
        case Kind::Mx:
        case Kind::Hosts:
            co_await send(to, worker, std::move(way), std::move(job));
            break;
        case Kind::Exec:
            co_await run_command(to, std::move(way), std::move(job));
            break;
        case Kind::Here:
            co_await take_in(to, std::move(job));
            break;
        case Kind::Local:
            settle_all(to, std::move(job), State::Failed, "5.4.4",
                       "this address is not to be reached from here", {}, {});
            break;
        case Kind::Refuse:
            settle_all(to, std::move(job), State::Failed, "5.7.1",
                       way->reason.empty() ? "mail to this address is not sent" : way->reason, {},
                       {});
            break;
    }
    const Lock lock(mutex_);
    sent(to, id);
}

/// A job that take() gave is over.
void QueueRunner::sent(Destination& to, QueueId id)
{
    --to.under_way;
    const auto found = delivering_.find(id);
    if (found != delivering_.end() && --found->second == 0)
        delivering_.erase(found);
}

/// Opens a connection where there is none that will do. False: the job was dealt with.
Awaitable<bool> QueueRunner::connect(Destination& to, Worker& worker,
                                     std::shared_ptr<const route::Way> way, Job& job)
{
    const TlsWish wish = job.entry->require_tls    ? TlsWish::Required
                         : job.entry->tls_optional ? TlsWish::Optional
                                                   : TlsWish::Usual;
    const bool will_do = wish == worker.wish || // one that was held to more will do as well
                         (wish == TlsWish::Usual && worker.wish == TlsWish::Required);
    if (worker.connection && (!worker.connection->client->is_alive() || !will_do))
        lose_connection(to, worker);
    if (worker.connection)
        co_return true;
    const Time start = now();
    const std::function<void(std::function<void()>)> opened =
        [&worker](std::function<void()> closer) { worker.set_closer(std::move(closer)); };
    auto connection = co_await connector_.open(*way, config(), wish, opened);
    if (connection) {
        worker.connection = std::move(*connection);
        worker.wish = wish;
        const Lock lock(mutex_);
        ++to.connected;
        to.back_off = milliseconds(0);
        to.backs_off_until.reset();
        co_return true;
    }
    store::QueueAttempt attempt;
    attempt.start = start;
    attempt.took = now() - start;
    attempt.destination = way->key;
    attempt.host = connection.error().host;
    attempt.reply = connection.error().reply;
    if (worker.was_cut()) { // says nothing of the destination
        settle_all(to, std::move(job), State::Deferred, "4.4.2", "cut while it was being connected",
                   {}, std::move(attempt));
        co_return false;
    }
    co_await cannot_reach(to, std::move(way), std::move(job), connection.error(),
                          std::move(attempt));
    co_return false;
}

/// One message, in as many transactions as its recipients need.
Awaitable<> QueueRunner::send(Destination& to, Worker& worker,
                              std::shared_ptr<const route::Way> way, Job job)
{
    const auto settings = config();
    const std::size_t most = std::max(1U, settings->outbound.recipients_per_transaction);
    EntrySource source(parts_.store->queue(), job.entry);
    const auto prepared = co_await source.prepare();
    if (!prepared) {
        settle_all(to, std::move(job), State::Deferred, "4.3.0", prepared.error().detail(), {}, {});
        co_return;
    }
    bool was_kept = worker.connection.has_value();
    for (std::size_t begin = 0; begin < job.recipients.size();) {
        Job part = job;
        const std::size_t end = std::min(job.recipients.size(), begin + most);
        part.recipients.assign(job.recipients.begin() + static_cast<std::ptrdiff_t>(begin),
                               job.recipients.begin() + static_cast<std::ptrdiff_t>(end));
        const bool is_first = begin == 0;
        Job rest = job;
        if (!is_first)
            rest.recipients.erase(rest.recipients.begin(),
                                  rest.recipients.begin() + static_cast<std::ptrdiff_t>(begin));
        const bool is_connected = co_await connect(to, worker, way, rest);
        if (!is_connected)
            co_return; // what is left was dealt with
        const Time start = now();
        auto envelope = envelope_of(*job.entry, *way, part.recipients, source.octets());
        smtp::Client& client = *worker.connection->client;
        source.rewind();
        auto outcome = co_await client.send(std::move(envelope), source);
        if (was_kept && is_stale(outcome)) {
            was_kept = false;
            lose_connection(to, worker);
            continue; // once more, over a new connection
        }
        was_kept = true;
        store::QueueAttempt attempt;
        attempt.start = start;
        attempt.took = now() - start;
        attempt.destination = way->key;
        attempt.host = worker.connection->host;
        attempt.address = to_string(client.peer());
        attempt.tls = worker.connection->tls;
        std::vector<RecipientResult> results;
        for (std::size_t i = 0; i < part.recipients.size(); ++i) {
            const auto& one = outcome.recipients[i];
            RecipientResult result;
            result.recipient = part.recipients[i];
            result.state = state_of(one.state);
            result.reply = text_of(one.reply);
            result.status = status_of(one.reply);
            result.host = worker.connection->host;
            result.peer_tells = one.peer_tells;
            attempt.reply = result.reply;
            results.push_back(std::move(result));
        }
        const bool is_done =
            !outcome.usable || client.messages() >= way->hop.messages_per_connection;
        if (is_done) {
            if (outcome.usable)
                co_await client.quit();
            lose_connection(to, worker);
        }
        begin = end;
        if (begin < job.recipients.size()) { // another transaction of the same entry follows
            const Lock lock(mutex_);
            ++active_[job.id];
        }
        begin_settling(to, std::move(part), std::move(results), std::move(attempt));
        co_await wait_for_settling();
    }
}

/// What this server takes in again: the mailroom has it, or the queue keeps it.
Awaitable<> QueueRunner::take_in(Destination& to, Job job)
{
    if (parts_.mailroom == nullptr) {
        settle_all(to, std::move(job), State::Deferred, "4.3.5", "no mailboxes are here", {}, {});
        co_return;
    }
    store::QueueAttempt attempt;
    attempt.start = now();
    attempt.destination = to.key;
    std::vector<RecipientResult> results;
    for (const auto index : job.recipients) {
        const auto taken = co_await parts_.mailroom->take(job.entry, index);
        results.push_back(result_of(index, taken));
        attempt.reply = results.back().reply;
    }
    attempt.took = now() - attempt.start;
    begin_settling(to, std::move(job), std::move(results), std::move(attempt));
}

Awaitable<> QueueRunner::run_command(Destination& to, std::shared_ptr<const route::Way> way,
                                     Job job)
{
    EntrySource source(parts_.store->queue(), job.entry);
    const auto prepared = co_await source.prepare();
    if (!prepared) {
        settle_all(to, std::move(job), State::Deferred, "4.3.0", prepared.error().detail(), {}, {});
        co_return;
    }
    ExecJob exec;
    exec.command = way->exec;
    exec.sender = job.entry->sender;
    for (const auto index : job.recipients)
        exec.recipients.push_back(job.entry->recipients[index].address);
    exec.limit = kExecLimit;
    store::QueueAttempt attempt;
    attempt.start = now();
    attempt.destination = way->key;
    attempt.host = way->exec.empty() ? std::string() : way->exec.front();
    auto result = co_await run_exec(std::move(exec), source, parts_.workers);
    attempt.took = now() - attempt.start;
    const State state = result.state == ExecResult::State::Delivered  ? State::Delivered
                        : result.state == ExecResult::State::Deferred ? State::Deferred
                                                                      : State::Failed;
    settle_all(to, std::move(job), state, status_of(result.reply), result.reply.text, {},
               std::move(attempt));
}

} // namespace mailctl::queue
