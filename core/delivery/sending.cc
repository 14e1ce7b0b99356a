// Rings of counters in memory, loaded when a subject is first seen.
#include "core/delivery/sending.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "conf/config.h"
#include "core/delivery/sending_limits.h"
#include "store/record.h"
#include "store/sending.h"
#include "store/store.h"

namespace mailctl::delivery {
namespace {

constexpr std::size_t kMaxSubjects = 50'000; ///< in memory; those that are written go first
constexpr std::size_t kMaxEqual = 1000;      ///< subjects or sizes of one account and day

/// DO NOT CHANGE: on disk since 0.1
enum Counter : unsigned {
    kMessagesMinute = 0,
    kMessagesHour,
    kMessagesDay,
    kRecipientsMinute,
    kRecipientsHour,
    kRecipientsDay,
    kOctetsDay,
    kCorrespondentsDay,
    kBouncesHour,
    kCounters
};
/// DO NOT CHANGE: on disk since 0.1
constexpr unsigned kTagCounter = 1, kTagStep = 2, kTagCount = 3;

struct Window {
    std::int64_t step_seconds;
    std::int64_t steps;
};
constexpr Window kMinute{10, 6}, kHour{300, 12}, kDay{3600, 24};
constexpr Window kWindows[kCounters] = {kMinute, kHour, kDay, kMinute, kHour,
                                          kDay,    kDay,  kDay, kHour};

std::int64_t seconds_of(Time time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// Counts by step, oldest first.
class Series {
public:
    std::uint64_t sum(const Window& window, Time now) const
    {
        const std::int64_t oldest = seconds_of(now) / window.step_seconds - window.steps;
        std::uint64_t total = 0;
        for (const auto& [step, count] : counts_)
            if (step >= oldest)
                total += count;
        return total;
    }

    void add(const Window& window, Time now, std::uint64_t count)
    {
        const std::int64_t step = seconds_of(now) / window.step_seconds;
        std::erase_if(counts_, [&](const auto& one) { return one.first < step - window.steps; });
        if (counts_.empty() || counts_.back().first != step)
            counts_.emplace_back(step, 0);
        counts_.back().second += count;
    }

    /// From the newest on: it was added a moment ago.
    void take(std::uint64_t count)
    {
        for (auto one = counts_.rbegin(); one != counts_.rend() && count > 0; ++one) {
            const std::uint64_t some = std::min(count, one->second);
            one->second -= some;
            count -= some;
        }
    }

    void load(std::int64_t step, std::uint64_t count) { counts_.emplace_back(step, count); }
    const std::vector<std::pair<std::int64_t, std::uint64_t>>& counts() const { return counts_; }

private:
    std::vector<std::pair<std::int64_t, std::uint64_t>> counts_;
};

struct Equal {
    std::int64_t day = 0;
    std::unordered_map<std::size_t, unsigned> seen;

    unsigned& of(std::size_t what, std::int64_t today)
    {
        if (std::exchange(day, today) != today || (seen.size() >= kMaxEqual && !seen.contains(what)))
            seen.clear();
        return seen[what];
    }
};

struct Subject {
    std::array<Series, kCounters> counters;
    Equal subjects, sizes;
    std::map<std::string, Time, std::less<>> told; ///< limit -> until when nobody is told again
    bool dirty = false;

    void add(Time now, const std::array<std::uint64_t, kCounters>& amounts)
    {
        for (unsigned i = 0; i < kCounters; ++i)
            if (amounts[i] > 0)
                counters[i].add(kWindows[i], now, amounts[i]);
        dirty = true;
    }
    bool is_empty(Time now) const
    {
        for (unsigned i = 0; i < kCounters; ++i)
            if (counters[i].sum(kWindows[i], now) > 0)
                return false;
        return true;
    }
};

std::string encode(const Subject& subject)
{
    store::RecordWriter out;
    for (unsigned i = 0; i < kCounters; ++i) {
        for (const auto& [step, count] : subject.counters[i].counts())
            out.element(kTagCounter, std::uint64_t{i})
                .element(kTagStep, static_cast<std::uint64_t>(step))
                .element(kTagCount, count);
    }
    return out.take();
}

Subject decode(std::string_view record)
{
    Subject subject;
    store::RecordReader in(record);
    std::uint64_t counter = kCounters, step = 0;
    while (in.next()) {
        switch (in.tag()) {
        case kTagCounter: counter = in.number(); break;
        case kTagStep: step = in.number(); break;
        case kTagCount:
            if (counter < kCounters)
                subject.counters[counter].load(static_cast<std::int64_t>(step), in.number());
            break;
        default: break;
        }
    }
    return subject; // what cannot be read counts from 0: a limit, no promise
}

std::array<std::uint64_t, kCounters> amounts(std::uint64_t recipients, std::uint64_t octets,
                                             std::uint64_t strangers)
{
    return {1, 1, 1, recipients, recipients, recipients, octets, strangers, 0};
}

/// Of one subject, or (empty) all.
Awaitable<Result<std::vector<store::SendingRow>>> rows_of(store::Engine& engine,
                                                          const std::string& subject)
{
    if (subject.empty())
        co_return co_await store::read_all_sending(engine);
    auto record = co_await store::read_sending(engine, subject);
    if (!record)
        co_return record.error();
    std::vector<store::SendingRow> rows;
    rows.emplace_back(subject, *std::move(record));
    co_return rows;
}

} // namespace

SendingAccount sending_account(const conf::Config& config, const store::User& user,
                               const store::Domain& domain)
{
    SendingAccount out;
    out.id = user.account;
    out.name = to_string(user.address);
    out.domain = domain.name;
    out.own = with_own(config.sending.account, user.sending);
    out.of_domain = with_own(config.sending.domain, domain.sending);
    out.equal_subjects = config.abuse.detect.equal_subjects;
    out.equal_sizes = config.abuse.detect.equal_sizes;
    return out;
}

struct Sending::State {
    explicit State(store::Store& s) : store(s) {}

    store::Store& store;
    std::mutex mutex;
    std::map<std::string, Subject, std::less<>> subjects;
    std::map<AccountId, std::size_t> known; ///< correspondents added since the last trim

    /// Errors: Unavailable.
    Awaitable<Result<>> load(std::string name)
    {
        {
            const std::lock_guard lock(mutex);
            if (subjects.contains(name))
                co_return ok();
        }
        auto record = co_await store::read_sending(store.engine(), name);
        if (!record)
            co_return record.error();
        const std::lock_guard lock(mutex);
        if (subjects.size() >= kMaxSubjects)
            std::erase_if(subjects, [](const auto& one) { return !one.second.dirty; });
        subjects.try_emplace(std::move(name), decode(*record));
        co_return ok();
    }

    /// The first limit that `more` would pass. Under `mutex`.
    void check(const std::string& name, const conf::SendingLimits& limits,
               const std::array<std::uint64_t, kCounters>& more, SendingVerdict& verdict)
    {
        if (verdict.is_reached())
            return;
        Subject& subject = subjects[name];
        const Time now = store.clock().now();
        const auto all = amounts_of(limits);
        for (unsigned i = 0; i < kCounters; ++i) {
            const std::uint64_t limit = all[i].second;
            // Of bounces a message adds none itself: they were too many before it.
            const std::uint64_t added = i == kBouncesHour ? 1 : more[i];
            if (limit == 0 || added == 0 ||
                subject.counters[i].sum(kWindows[i], now) + added <= limit)
                continue;
            reach(subject, name, all[i].first, kWindows[i], verdict);
            return;
        }
    }

    void reach(Subject& subject, const std::string& name, std::string_view limit,
               const Window& window, SendingVerdict& verdict)
    {
        verdict.subject = name;
        verdict.limit = limit;
        const Time now = store.clock().now();
        Time& until = subject.told[verdict.limit];
        verdict.is_first = until <= now;
        if (verdict.is_first)
            until = now + std::chrono::seconds(window.step_seconds * window.steps);
    }

    /// ABU-08. Under `mutex`.
    void check_equal(const SendingAccount& account, const SendingCharge& charge,
                     SendingVerdict& verdict)
    {
        if (verdict.is_reached())
            return;
        Subject& subject = subjects[account.name];
        const std::int64_t today = seconds_of(store.clock().now()) / 86400;
        const std::size_t text = std::hash<std::string>()(charge.subject);
        if (account.equal_subjects > 0 && !charge.subject.empty() &&
            subject.subjects.of(text, today) >= account.equal_subjects)
            reach(subject, account.name, "equal_subjects", kDay, verdict);
        else if (account.equal_sizes > 0 &&
                 subject.sizes.of(charge.octets, today) >= account.equal_sizes)
            reach(subject, account.name, "equal_sizes", kDay, verdict);
    }

    void count(const SendingAccount& account, const SendingCharge& charge,
               const std::array<std::uint64_t, kCounters>& more)
    {
        const Time now = store.clock().now();
        Subject& own = subjects[account.name];
        own.add(now, more);
        subjects['@' + account.domain].add(now, more);
        const std::int64_t today = seconds_of(now) / 86400;
        if (account.equal_subjects > 0 && !charge.subject.empty())
            ++own.subjects.of(std::hash<std::string>()(charge.subject), today);
        if (account.equal_sizes > 0)
            ++own.sizes.of(charge.octets, today);
    }

    Awaitable<Result<>> load_both(const SendingAccount& account)
    {
        auto loaded = co_await load(account.name);
        if (loaded)
            loaded = co_await load('@' + account.domain);
        co_return loaded;
    }

    Awaitable<Result<>> remember(AccountId account, std::vector<std::string> addresses)
    {
        const std::size_t added = addresses.size();
        auto done = co_await store::add_correspondents(store.engine(), account,
                                                       std::move(addresses), store.clock().now());
        if (!done)
            co_return done;
        {
            const std::lock_guard lock(mutex);
            std::size_t& since = known[account];
            since += added;
            if (since < store::kMaxCorrespondents / 10)
                co_return ok();
            known.erase(account);
        }
        auto trimmed = co_await store::trim_correspondents(store.engine(), account);
        if (!trimmed)
            co_return trimmed.error();
        co_return ok();
    }
};

Sending::Sending(store::Store& store) : state_(std::make_unique<State>(store)) {}

Sending::~Sending() = default;

Awaitable<Result<SendingVerdict>> Sending::look(SendingAccount account, std::uint64_t recipients)
{
    auto loaded = co_await state_->load_both(account);
    if (!loaded)
        co_return loaded.error();
    SendingVerdict verdict;
    const auto more = amounts(recipients, 0, 0);
    const std::lock_guard lock(state_->mutex);
    state_->check(account.name, account.own, more, verdict);
    state_->check('@' + account.domain, account.of_domain, more, verdict);
    co_return verdict;
}

Awaitable<Result<SendingVerdict>> Sending::charge(SendingAccount account, SendingCharge charge,
                                                  bool always)
{
    auto loaded = co_await state_->load_both(account);
    if (!loaded)
        co_return loaded.error();
    const bool asks = account.own.new_correspondents_per_day > 0 ||
                      account.of_domain.new_correspondents_per_day > 0;
    std::vector<std::string> strangers;
    if (asks) {
        auto unknown = co_await store::unknown_correspondents(state_->store.engine(), account.id,
                                                              charge.recipients);
        if (!unknown)
            co_return unknown.error();
        strangers = *std::move(unknown);
    }
    SendingVerdict verdict;
    {
        const auto more = amounts(charge.recipients.size(), charge.octets, strangers.size());
        const std::lock_guard lock(state_->mutex);
        state_->check(account.name, account.own, more, verdict);
        state_->check('@' + account.domain, account.of_domain, more, verdict);
        state_->check_equal(account, charge, verdict);
        if (!verdict.is_reached() || always)
            state_->count(account, charge, more);
    }
    if (asks && (!verdict.is_reached() || always)) {
        auto remembered = co_await state_->remember(account.id, charge.recipients);
        if (!remembered)
            co_return remembered.error();
    }
    co_return verdict;
}

Awaitable<Result<>> Sending::bounced(std::string name, std::string domain)
{
    SendingAccount account;
    account.name = std::move(name);
    account.domain = std::move(domain);
    auto loaded = co_await state_->load_both(account);
    if (!loaded)
        co_return loaded;
    std::array<std::uint64_t, kCounters> more{};
    more[kBouncesHour] = 1;
    const Time now = state_->store.clock().now();
    const std::lock_guard lock(state_->mutex);
    state_->subjects[account.name].add(now, more);
    state_->subjects['@' + account.domain].add(now, more);
    co_return ok();
}

void Sending::release(const SendingAccount& account, const SendingCharge& charge)
{
    const auto more = amounts(charge.recipients.size(), charge.octets, 0);
    const std::lock_guard lock(state_->mutex);
    for (const std::string& name : {account.name, '@' + account.domain}) {
        Subject& subject = state_->subjects[name];
        for (unsigned i = 0; i < kCounters; ++i)
            subject.counters[i].take(more[i]);
        subject.dirty = true;
    }
}

Awaitable<Result<>> Sending::flush()
{
    std::vector<store::SendingRow> rows;
    {
        const Time now = state_->store.clock().now();
        const std::lock_guard lock(state_->mutex);
        for (auto& [name, subject] : state_->subjects) {
            if (!std::exchange(subject.dirty, false))
                continue;
            rows.emplace_back(name, subject.is_empty(now) ? "" : encode(subject));
        }
    }
    if (rows.empty())
        co_return ok();
    co_return co_await store::write_sending(state_->store.engine(), std::move(rows));
}

Awaitable<Result<std::vector<SendingView>>> Sending::view(std::string subject)
{
    auto flushed = co_await flush();
    if (!flushed)
        co_return flushed.error();
    auto rows = co_await rows_of(state_->store.engine(), subject);
    if (!rows)
        co_return rows.error();
    const Time now = state_->store.clock().now();
    const auto names = amounts_of({});
    std::vector<SendingView> out;
    for (const auto& [name, record] : *rows) {
        const Subject counters = decode(record);
        for (unsigned i = 0; i < kCounters; ++i) {
            const std::uint64_t used = counters.counters[i].sum(kWindows[i], now);
            if (used > 0)
                out.push_back({name, std::string(names[i].first), used});
        }
    }
    co_return out;
}

Awaitable<Result<>> Sending::reset(std::string subject)
{
    auto before = co_await view(subject);
    if (!before)
        co_return before.error();
    if (before->empty())
        co_return Error(Errc::NotFound, subject + ": nothing is counted");
    {
        const std::lock_guard lock(state_->mutex);
        state_->subjects.erase(subject);
    }
    std::vector<store::SendingRow> rows;
    rows.emplace_back(std::move(subject), "");
    co_return co_await store::write_sending(state_->store.engine(), std::move(rows));
}

} // namespace mailctl::delivery
