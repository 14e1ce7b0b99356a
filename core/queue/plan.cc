// From entries to jobs: which recipients go where, and what waits for want of room.
#include <algorithm>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/queue/runner_state.h"
#include "store/store.h"

namespace mailctl::queue {
namespace {

constexpr std::size_t kMaxChoices = 10'000;

std::string domain_of(const std::string& address)
{
    const auto at = address.rfind('@');
    return ascii::lower(at == std::string::npos ? std::string_view()
                                                : std::string_view(address).substr(at + 1));
}

} // namespace

/// Where settings name no routes, a recipient's domain alone decides: such choices are kept.
Result<std::shared_ptr<const route::Choice>> QueueRunner::choose(const store::QueueEntry& entry,
                                                                 const store::QueueRecipient& to)
{
    const std::string& override_route = to.route.empty() ? entry.route : to.route;
    std::shared_ptr<const conf::Config> config;
    std::string key;
    {
        const Lock lock(mutex_);
        config = config_;
        if (config->routes.empty() && override_route.empty()) {
            key = (entry.sender.empty() ? "<> " : "") + domain_of(to.address);
            if (const auto known = choices_.find(key); known != choices_.end())
                return known->second;
        }
    }
    route::Question question;
    question.sender = entry.sender;
    question.recipient = to.address;
    question.account = entry.account;
    question.priority = entry.priority;
    question.override_route = override_route;
    TRY(auto chosen, route::choose(*config, question));
    for (auto& way : chosen.ways)
        if (way.hop.hello.empty())
            way.hop.hello = parts_.hostname;
    auto choice = std::make_shared<const route::Choice>(std::move(chosen));
    if (!key.empty()) {
        const Lock lock(mutex_);
        if (choices_.size() >= kMaxChoices)
            choices_.clear();
        if (config == config_)
            choices_[key] = choice;
    }
    return choice;
}

/// The one that takes recipients this way, from this sender; nullptr: none yet.
Job* QueueRunner::Plan::job_for(const route::Way& way, const std::string& sender)
{
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const auto& first = jobs[i].entry->recipients[jobs[i].recipients.front()];
        if (ways[i]->key == way.key && first.sender == sender)
            return &jobs[i];
    }
    return nullptr;
}

QueueRunner::Plan QueueRunner::make_plan(const Entry& entry, std::uint32_t first_way, Time now,
                                         const std::vector<std::uint32_t>* only)
{
    Plan plan;
    for (std::uint32_t i = 0; i < entry->recipients.size(); ++i) {
        if (only && std::find(only->begin(), only->end(), i) == only->end())
            continue; // another job's: it may be under way
        const auto& recipient = entry->recipients[i];
        if (recipient.notice_due && recipient.next_attempt <= now)
            plan.untold.push_back(i);
        if (!recipient.is_waiting() || recipient.next_attempt > now)
            continue;
        const auto choice = choose(*entry, recipient);
        if (!choice) {
            RecipientResult result;
            result.recipient = i;
            result.status = "4.3.5";
            result.reply = "4.3.5 " + choice.error().detail();
            plan.refused.push_back(std::move(result));
            continue;
        }
        // What ETRN or "queue retry" made due is due later than it arrived.
        if ((*choice)->hold_for_etrn && recipient.next_attempt <= entry->start()) {
            const std::string domain = domain_of(recipient.address);
            const Lock lock(mutex_);
            const auto open = released_.find(domain);
            if (open == released_.end() || open->second <= now) {
                if (std::find(plan.held.begin(), plan.held.end(), domain) == plan.held.end())
                    plan.held.push_back(domain);
                continue;
            }
        }
        const auto& ways = (*choice)->ways;
        const std::uint32_t index =
            first_way == 0 ? route::way_after(**choice, recipient.attempts)
                           : std::min<std::uint32_t>(first_way, ways.size() - 1);
        const std::shared_ptr<const route::Way> way(*choice, &ways[index]);
        if (Job* known = plan.job_for(*way, recipient.sender)) {
            known->recipients.push_back(i);
            continue;
        }
        Job job;
        job.id = entry->id;
        job.priority = entry->priority;
        job.way = index;
        job.entry = entry;
        job.recipients.push_back(i);
        plan.jobs.push_back(std::move(job));
        plan.ways.push_back(way);
    }
    return plan;
}

Destination& QueueRunner::destination(const std::shared_ptr<const route::Way>& way)
{
    auto& slot = destinations_[way->key];
    if (!slot) {
        slot = std::make_unique<Destination>();
        slot->key = way->key;
        slot->parked.resize(parts_.store->queue().shards());
    }
    slot->way = way;
    if (slot->limit == 0)
        slot->limit = std::max(1U, way->hop.connections);
    return *slot;
}

bool QueueRunner::is_full(const Destination& destination) const
{
    return destination.ready.size() >= kMaxReadyOfDestination ||
           (ready_ >= kMaxReady && destination.ready.size() >= kFewReady);
}

/// Remembers that there is more in the store, from just before this entry's due row on.
void QueueRunner::park(Destination& destination, QueueId id, Time at)
{
    store::Queue::Due before;
    before.at = at;
    before.id = QueueId{value_of(id) - 1};
    auto& parked = destination.parked[value_of(id) % destination.parked.size()];
    const auto is_less = [](const auto& a, const auto& b) {
        return std::pair(a.at, a.id) < std::pair(b.at, b.id);
    };
    if (!parked || is_less(before, *parked))
        parked = std::move(before);
}

/// Keeps the body with the job while there is room for it.
void QueueRunner::enqueue(Destination& destination, Job job)
{
    const std::size_t octets = job.entry->inline_body.size();
    if (ready_octets_ + octets > kMaxReadyOctets)
        job.entry.reset();
    else
        ready_octets_ += octets;
    ++active_[job.id];
    ++ready_;
    destination.ready.push(std::move(job));
}

void QueueRunner::take_plan(const Entry& entry, Plan plan)
{
    const Time at = now();
    Lock lock(mutex_);
    if (stopped_)
        return;
    for (std::size_t i = 0; i < plan.jobs.size(); ++i) {
        Destination& to = destination(plan.ways[i]);
        if (to.backs_off(at) || is_full(to) || paused_) {
            park(to, entry->id, entry->next_attempt);
            continue;
        }
        enqueue(to, std::move(plan.jobs[i]));
        maybe_spawn(to);
    }
    active_[entry->id] += static_cast<unsigned>(plan.held.size()) + (plan.refused.empty() ? 0 : 1) +
                          (plan.untold.empty() ? 0 : 1);
    if (active_[entry->id] == 0)
        active_.erase(entry->id);
    lock.unlock();
    Job job;
    job.id = entry->id;
    job.entry = entry;
    if (!plan.refused.empty())
        begin_settling_alone(job, std::move(plan.refused));
    if (!plan.untold.empty())
        tasks_.spawn(parts_.executor, tell_failed(shared_from_this(), job, std::move(plan.untold)),
                     {});
    for (auto& domain : plan.held)
        tasks_.spawn(parts_.executor, hold_for_etrn(shared_from_this(), job, std::move(domain)),
                     {});
}

/// Destinations that nothing is known of any more make room, some at a time.
void QueueRunner::forget_quiet(Time now)
{
    if (destinations_.size() < kMaxQuietDestinations)
        return;
    std::erase_if(destinations_,
                  [now](const auto& each) { return each.second->is_forgettable(now); });
}

} // namespace mailctl::queue
