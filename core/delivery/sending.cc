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
#include "core/settings/own_settings.h"
#include "store/record.h"
#include "store/sending.h"
#include "store/store.h"

namespace mailctl::delivery {
namespace {

constexpr std::size_t kMaxSubjects = 50'000; ///< in memory after a flush, but for those in use

/// So long it is shown that a detection fired.
constexpr std::chrono::hours kFiredTime{24};

using abuse::Fired;
using abuse::Series;
using abuse::Window;

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
    kOctetsHour,
    kLocalRecipientsHour,
    kLocalRecipientsDay,
    kRemoteRecipientsHour,
    kRemoteRecipientsDay,
    kLocalOctetsDay,
    kRemoteOctetsDay,
    kCounters
};
/// DO NOT CHANGE: on disk since 0.1
constexpr unsigned kTagCounter = 1, kTagStep = 2, kTagCount = 3;

constexpr Window kMinute{10, 6}, kHour{300, 12}, kDay{3600, 24};
constexpr Window kWindows[kCounters] = {kMinute, kHour, kDay,  kMinute, kHour, kDay, kDay, kDay,
                                        kHour,   kHour, kHour, kDay,    kHour, kDay, kDay, kDay};

using Amounts = std::array<std::uint64_t, kCounters>;

enum class Event : std::uint8_t { Bounce, Refusal, Login };

struct Subject {
    std::array<Series, kCounters> counters;
    abuse::Detector detector;
    std::map<std::string, Time, std::less<>> told; ///< limit -> until when nobody is told again
    bool dirty = false;
    bool is_new = true; ///< loaded since the last flush: somebody is about to count

    void add(Time now, const Amounts& amounts)
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
        return detector.is_empty(now);
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
    subject.detector.encode(out);
    return out.take();
}

Subject decode(std::string_view record)
{
    Subject subject;
    subject.detector = abuse::Detector::decode(record);
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

/// Of one message.
Amounts amounts(const SendingRecipients& recipients, std::uint64_t octets, std::uint64_t strangers)
{
    Amounts out{};
    out[kMessagesMinute] = out[kMessagesHour] = out[kMessagesDay] = 1;
    out[kRecipientsMinute] = out[kRecipientsHour] = out[kRecipientsDay] = recipients.all;
    out[kLocalRecipientsHour] = out[kLocalRecipientsDay] = recipients.local;
    out[kRemoteRecipientsHour] = out[kRemoteRecipientsDay] = recipients.remote;
    out[kOctetsHour] = out[kOctetsDay] = octets;
    out[kLocalOctetsDay] = recipients.local > 0 ? octets : 0;
    out[kRemoteOctetsDay] = recipients.remote > 0 ? octets : 0;
    out[kCorrespondentsDay] = strangers;
    return out;
}

Amounts amounts(const SendingCharge& charge, std::uint64_t strangers)
{
    const std::uint64_t all = charge.recipients.size();
    return amounts({all, all - std::min(all, charge.remote), charge.remote}, charge.octets,
                   strangers);
}

abuse::SentMessage message_of(const SendingCharge& charge)
{
    return {charge.octets, charge.recipients.size(), charge.subject};
}

void add_detections(const std::string& name, const abuse::Detector& detector,
                    milliseconds window, Time now, std::vector<SendingView>& out)
{
    for (std::size_t i = 0; i < abuse::kDetectionKinds; ++i) {
        const auto kind = static_cast<abuse::Detection>(i);
        const std::uint64_t used = detector.count(kind, window, now);
        auto fired = detector.fired(kind);
        if (fired && fired->action != conf::DetectAction::Hold && now > fired->since + kFiredTime)
            fired.reset(); // old news
        if (used > 0 || fired)
            out.push_back({name, "detect." + std::string(abuse::name_of(kind)), used, fired});
    }
}

void add_counters(const std::string& name, const Subject& subject, Time now,
                  std::vector<SendingView>& out)
{
    const auto names = amounts_of({});
    for (unsigned i = 0; i < kCounters; ++i) {
        const std::uint64_t used = subject.counters[i].sum(kWindows[i], now);
        if (used > 0)
            out.push_back({name, std::string(names[i].first), used, std::nullopt});
    }
}

/// abuse.detect.window of a user that is still there.
Awaitable<std::optional<milliseconds>> own_window(store::Store& store, const conf::Config& config,
                                                  const std::string& name)
{
    auto user = address::parse(name);
    if (!user)
        co_return std::nullopt;
    const auto account = co_await find_sending_account(store, config, *std::move(user));
    if (!account)
        co_return std::nullopt;
    co_return account->detect.window;
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

SendingAccount sending_account(const conf::Config& config, const settings::OwnSettings& own,
                               const store::User& user, const store::Domain& domain)
{
    SendingAccount out;
    out.id = user.account;
    out.name = to_string(user.address);
    out.domain = domain.name;
    out.own = with_own(with_domain(config.sending.account, domain.sending), user.sending);
    out.of_domain = with_own(config.sending.domain, domain.sending);
    out.detect = own.detect;
    return out;
}

Awaitable<Result<SendingAccount>> find_sending_account(store::Store& store,
                                                       const conf::Config& config,
                                                       address::Address user)
{
    auto domain = co_await store.directory().find_domain(user.domain);
    if (!domain)
        co_return domain.error();
    address::Address folded = address::folded(user);
    folded.domain = domain->name;
    auto entry = co_await store.directory().find(std::move(folded));
    if (!entry)
        co_return entry.error();
    const auto* found = std::get_if<store::User>(&*entry);
    if (!found)
        co_return Error(Errc::NotFound, to_string(user) + " is no user");
    const auto own = settings::own_settings(config, *domain, *found);
    co_return sending_account(config, own, *found, *domain);
}

struct Sending::State {
    explicit State(store::Store& s) : store(s) {}

    store::Store& store;
    std::mutex mutex;
    std::map<std::string, Subject, std::less<>> subjects;
    std::map<AccountId, std::size_t> known; ///< correspondents added since the last trim
    std::function<void(const std::string&)> end_sessions;

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
        subjects.try_emplace(std::move(name), decode(*record));
        co_return ok();
    }

    /// The first limit that `more` would pass. Under `mutex`.
    void check(const std::string& name, const conf::SendingLimits& limits,
               const Amounts& more, SendingVerdict& verdict)
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

    void count(const SendingAccount& account, const Amounts& more)
    {
        const Time now = store.clock().now();
        subjects[account.name].add(now, more);
        subjects['@' + account.domain].add(now, more);
    }

    /// ABU-08. Under `mutex`.
    void detect(const SendingAccount& account, const SendingCharge& charge,
                SendingVerdict& verdict)
    {
        Subject& subject = subjects[account.name];
        verdict.fired = subject.detector.sent(account.detect, message_of(charge), store.clock().now());
        verdict.hold = subject.detector.hold();
    }

    /// Those that are on the disk as they are, once there are too many. Under `mutex`.
    void forget_idle(const std::vector<store::SendingRow>& being_written)
    {
        if (subjects.size() > kMaxSubjects) {
            for (const auto& row : being_written)
                subjects[row.first].is_new = true; // not before it is there
            std::erase_if(subjects, [](const auto& one) {
                return !one.second.dirty && !one.second.is_new;
            });
        }
        for (auto& [name, subject] : subjects)
            subject.is_new = false;
    }

    /// What fired is not to be forgotten in a crash: the rest of the row goes with it.
    Awaitable<Result<>> write(std::string name)
    {
        std::vector<store::SendingRow> rows;
        {
            const std::lock_guard lock(mutex);
            Subject& subject = subjects[name];
            subject.dirty = false;
            rows.emplace_back(std::move(name), encode(subject));
        }
        co_return co_await store::write_sending(store.engine(), std::move(rows));
    }

    /// Counts, and keeps what fires.
    Awaitable<Result<std::vector<Fired>>> counted(SendingAccount account, Event event,
                                                  std::uint64_t recipients)
    {
        auto loaded = co_await load_both(account);
        if (!loaded)
            co_return loaded.error();
        std::vector<Fired> fired;
        {
            const std::lock_guard lock(mutex);
            fired = count_event(account, event, recipients);
        }
        if (!fired.empty()) {
            auto written = co_await write(account.name);
            if (!written)
                co_return written.error();
        }
        co_return fired;
    }

    /// Under `mutex`.
    std::vector<Fired> count_event(const SendingAccount& account, Event event,
                                   std::uint64_t recipients)
    {
        const Time now = store.clock().now();
        Subject& own = subjects[account.name];
        own.dirty = true;
        if (event == Event::Login)
            return own.detector.logged_in(account.detect, now);
        if (event == Event::Bounce) {
            Amounts more{};
            more[kBouncesHour] = 1;
            own.add(now, more);
            subjects['@' + account.domain].add(now, more);
        }
        return own.detector.failed(account.detect, recipients, now);
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

Awaitable<Result<SendingVerdict>> Sending::look(SendingAccount account,
                                                SendingRecipients recipients)
{
    auto loaded = co_await state_->load_both(account);
    if (!loaded)
        co_return loaded.error();
    SendingVerdict verdict;
    const Amounts more = amounts(recipients, 0, 0);
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
        const auto more = amounts(charge, strangers.size());
        const std::lock_guard lock(state_->mutex);
        state_->check(account.name, account.own, more, verdict);
        state_->check('@' + account.domain, account.of_domain, more, verdict);
        if (!verdict.is_reached() || always) {
            state_->count(account, more);
            state_->detect(account, charge, verdict);
        }
    }
    if (!verdict.fired.empty()) {
        auto written = co_await state_->write(account.name);
        if (!written)
            co_return written.error();
    }
    if (asks && (!verdict.is_reached() || always)) {
        auto remembered = co_await state_->remember(account.id, charge.recipients);
        if (!remembered)
            co_return remembered.error();
    }
    co_return verdict;
}

Awaitable<Result<std::vector<Fired>>> Sending::bounced(SendingAccount account,
                                                       std::uint64_t recipients)
{
    co_return co_await state_->counted(std::move(account), Event::Bounce, recipients);
}

Awaitable<Result<std::vector<Fired>>> Sending::refused(SendingAccount account)
{
    co_return co_await state_->counted(std::move(account), Event::Refusal, 1);
}

Awaitable<Result<std::vector<Fired>>> Sending::logged_in(SendingAccount account)
{
    co_return co_await state_->counted(std::move(account), Event::Login, 0);
}

void Sending::release(const SendingAccount& account, const SendingCharge& charge)
{
    const auto more = amounts(charge, 0);
    const std::lock_guard lock(state_->mutex);
    for (const std::string& name : {account.name, '@' + account.domain}) {
        Subject& subject = state_->subjects[name];
        for (unsigned i = 0; i < kCounters; ++i)
            subject.counters[i].take(more[i]);
        subject.dirty = true;
    }
    state_->subjects[account.name].detector.take_back(account.detect, message_of(charge),
                                                      state_->store.clock().now());
}

void Sending::when_locked(std::function<void(const std::string&)> end_sessions)
{
    const std::lock_guard lock(state_->mutex);
    state_->end_sessions = std::move(end_sessions);
}

void Sending::end_sessions(const std::string& user) const
{
    std::function<void(const std::string&)> end;
    {
        const std::lock_guard lock(state_->mutex);
        end = state_->end_sessions;
    }
    if (end)
        end(user);
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
        state_->forget_idle(rows);
    }
    if (rows.empty())
        co_return ok();
    co_return co_await store::write_sending(state_->store.engine(), std::move(rows));
}

Awaitable<Result<std::vector<SendingView>>> Sending::view(
    std::string subject, std::shared_ptr<const conf::Config> config)
{
    auto flushed = co_await flush();
    if (!flushed)
        co_return flushed.error();
    auto rows = co_await rows_of(state_->store.engine(), subject);
    if (!rows)
        co_return rows.error();
    const Time now = state_->store.clock().now();
    std::vector<SendingView> out;
    for (const auto& [name, record] : *rows) {
        const Subject counters = decode(record);
        add_counters(name, counters, now, out);
        milliseconds window = config->abuse.detect.window;
        if (!counters.detector.is_empty(now)) {
            auto own = co_await own_window(state_->store, *config, name);
            window = own.value_or(window);
        }
        add_detections(name, counters.detector, window, now, out);
    }
    co_return out;
}

Awaitable<Result<>> Sending::reset(std::string subject)
{
    auto flushed = co_await flush();
    if (!flushed)
        co_return flushed;
    auto record = co_await store::read_sending(state_->store.engine(), subject);
    if (!record)
        co_return record.error();
    if (record->empty())
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
