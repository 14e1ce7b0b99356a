// Counts of TLS sessions, by the recipients' domain and day: in memory, then in the store.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/tls_rpt/session.h"

namespace mailctl::store {
class Engine; // store/engine.h
}

namespace mailctl::tls_rpt {

using Day = std::chrono::sys_days; ///< in UTC: RFC 8460 §4.1

/// Kinds of failures kept apart for one policy and day; more are told by their result alone.
inline constexpr std::size_t kMaxFailures = 100;
/// Counts in memory (one a policy, domain and day); past it nothing new is counted until a flush.
inline constexpr std::size_t kMaxUnwritten = 50'000;

struct Counts {
    std::uint64_t successes = 0, failures = 0;
    std::map<Failure, std::uint64_t> details; ///< sums to `failures`

    void add(const Failure& failure, std::uint64_t sessions);
    void add(const Counts& other);
};

/// One domain's day.
struct Report {
    std::string domain;
    Day day{};
    std::vector<std::pair<Policy, Counts>> policies;
};

/// Threads: any. Borrows: engine, clock.
class Counters {
public:
    Counters(store::Engine& engine, const Clock& clock) : engine_(engine), clock_(clock) {}

    /// Counts one session of today, in memory.
    void count(Session session);
    /// Adds what was counted since to the store's. What cannot be written stays counted here; what
    /// was not flushed is lost in a crash.
    Awaitable<Result<>> flush();
    /// Erases the days that ended longer ago than `keep`.
    Awaitable<Result<>> expire(milliseconds keep);

private:
    struct Key {
        Day day{};
        std::string domain;
        Policy policy;
        auto operator<=>(const Key&) const = default;
    };
    using Part = std::vector<std::pair<Key, Counts>>;
    Awaitable<Result<>> write(const Part& part);
    void put_back(std::map<Key, Counts> unwritten);

    store::Engine& engine_;
    const Clock& clock_;
    std::mutex mutex_; ///< of the members below
    std::map<Key, Counts> unwritten_;
    std::uint64_t lost_ = 0; ///< past kMaxUnwritten
};

/// What the store has of these, by day and domain; empty `domain`: of all.
struct Choice {
    std::string domain;
    std::optional<Day> day;
};
Awaitable<Result<std::vector<Report>>> read_reports(store::Engine& engine, Choice choice);

/// "2026-11-25". Errors: Invalid.
std::string to_text(Day day);
Result<Day> parse_day(std::string_view text);

} // namespace mailctl::tls_rpt
