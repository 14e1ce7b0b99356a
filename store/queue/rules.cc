// Standing rules and the pause: rows of the server's partition, rules kept in memory.
#include <algorithm>
#include <utility>

#include "store/keys.h"
#include "store/queue/engine_queue.h"
#include "store/queue/log_records.h"
#include "store/queue/rule.h"

namespace mailctl::store {
namespace {

constexpr int kMaxTries = 20;
constexpr std::size_t kMaxRuleOctets = 8 * 1024;
constexpr std::string_view kYes = "1";
constexpr std::uint32_t kPageEntries = 500;

/// Errors: Invalid.
Result<> check_rule(const QueueRule& rule)
{
    const QueueFilter& match = rule.match;
    if (match.from.empty() && match.to.empty() && match.domain.empty() && match.account.empty() &&
        match.error.empty() && !match.larger && !match.smaller)
        return Error(Errc::Invalid, "a rule must say what it is for");
    if (rule.action == QueueRule::Action::Route && rule.route.empty())
        return Error(Errc::Invalid, "a rule that routes needs a route");
    if (encode_rule(rule).size() > kMaxRuleOctets)
        return Error(Errc::Invalid, "a rule that long is not kept");
    return ok();
}

} // namespace

Awaitable<Result<EngineQueue::Rules>> EngineQueue::known_rules()
{
    {
        const std::lock_guard lock(mutex_);
        if (rules_)
            co_return rules_;
    }
    Query query;
    query.ranges.push_back(
        {std::string(keys::kQueueRulePrefix), {}, static_cast<std::uint32_t>(kMaxQueueRules)});
    auto answer = co_await engine_.read(keys::server(), std::move(query));
    if (!answer)
        co_return answer.error();
    std::vector<QueueRule> rules;
    for (const Row& row : answer->pages[0].rows) {
        CO_TRY(const std::uint64_t number, keys::queue_rule_number(row.key));
        CO_TRY(QueueRule rule, decode_rule(number, row.value));
        rules.push_back(std::move(rule));
    }
    const std::lock_guard lock(mutex_);
    if (!rules_)
        rules_ = std::make_shared<const std::vector<QueueRule>>(std::move(rules));
    co_return rules_;
}

Awaitable<Result<std::vector<QueueRule>>> EngineQueue::rules()
{
    auto known = co_await known_rules();
    if (!known)
        co_return known.error();
    co_return **known;
}

Awaitable<Result<std::uint64_t>> EngineQueue::add_rule(QueueRule rule)
{
    rule.match.id.reset();
    rule.match.after.reset();
    rule.match.state = QueueFilter::State::Any;
    rule.match.older.reset();
    rule.match.younger.reset();
    rule.match.min_attempts.reset();
    rule.match.max_attempts.reset();
    CO_TRY_VOID(check_rule(rule));
    rule.created = clock_.now();
    for (int tries = 0; tries < kMaxTries; ++tries) {
        auto known = co_await known_rules();
        if (!known)
            co_return known.error();
        if ((*known)->size() >= kMaxQueueRules)
            co_return Error(Errc::OverQuota,
                            "over " + std::to_string(kMaxQueueRules) + " queue rules");
        Query query;
        query.keys.emplace_back(keys::kQueueNextRule);
        auto answer = co_await engine_.read(keys::server(), std::move(query));
        if (!answer)
            co_return answer.error();
        const auto& last = answer->values[0];
        rule.number = last ? keys::read_be<std::uint64_t>(*last, 0).value_or(0) + 1 : 1;
        std::string next;
        keys::append_be(next, rule.number);
        Batch batch;
        batch.expect.push_back({std::string(keys::kQueueNextRule), last});
        batch.put.push_back({std::string(keys::kQueueNextRule), std::move(next)});
        batch.put.push_back({keys::queue_rule(rule.number), encode_rule(rule)});
        auto done = co_await engine_.commit(keys::server(), std::move(batch));
        if (!done && done.error().code() == Errc::Conflict)
            continue;
        if (!done)
            co_return done.error();
        {
            const std::lock_guard lock(mutex_);
            rules_.reset(); // read again: what others added meanwhile stands too
        }
        auto applied = co_await apply_to_waiting(rule);
        if (!applied)
            co_return applied.error();
        wake();
        co_return rule.number;
    }
    co_return Error(Errc::Busy, "the queue's rules change all the time");
}

/// A new rule is for what waits already, too.
Awaitable<Result<>> EngineQueue::apply_to_waiting(QueueRule rule)
{
    const Time now = clock_.now();
    const auto apply = [&](QueueEntry& entry) { return apply_rule(rule, entry, now); };
    QueueFilter filter = rule.match;
    filter.limit = kPageEntries;
    for (bool more = true; more;) {
        auto entries = co_await list(filter);
        if (!entries)
            co_return entries.error();
        more = entries->size() == filter.limit;
        std::vector<QueueId> ids;
        for (const QueueEntry& entry : *entries)
            ids.push_back(entry.id);
        if (more)
            filter.after = ids.back();
        auto done = co_await update_all(std::move(ids), apply);
        if (!done)
            co_return done.error();
    }
    co_return ok();
}

Awaitable<Result<>> EngineQueue::remove_rule(std::uint64_t number)
{
    const std::string key = keys::queue_rule(number);
    Query query;
    query.keys.push_back(key);
    auto answer = co_await engine_.read(keys::server(), std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return Error(Errc::NotFound, "no queue rule " + std::to_string(number));
    Batch batch;
    batch.erase.push_back(key);
    auto done = co_await engine_.commit(keys::server(), std::move(batch));
    const std::lock_guard lock(mutex_);
    rules_.reset();
    co_return done;
}

Awaitable<Result<bool>> EngineQueue::paused()
{
    Query query;
    query.keys.emplace_back(keys::kQueuePaused);
    auto answer = co_await engine_.read(keys::server(), std::move(query));
    if (!answer)
        co_return answer.error();
    co_return answer->values[0].has_value();
}

Awaitable<Result<>> EngineQueue::set_paused(bool paused)
{
    Batch batch;
    if (paused)
        batch.put.push_back({std::string(keys::kQueuePaused), std::string(kYes)});
    else
        batch.erase.emplace_back(keys::kQueuePaused);
    auto done = co_await engine_.commit(keys::server(), std::move(batch));
    if (done)
        wake();
    co_return done;
}

} // namespace mailctl::store
