// Counting by the [[ban.rule]] tables: which address did what too often. ABU-03
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "conf/config.h"
#include "core/base/clock.h"

namespace mailctl::auth {

/// Addresses counted for one rule; past it those whose window is over go, then any.
inline constexpr std::size_t kMostCounted = 50'000;

/// The word of the settings: "empty_session".
std::string_view word_of(conf::BanTrigger trigger);

/// Pure bookkeeping: the time comes from the caller. Threads: any.
class BanRules {
public:
    explicit BanRules(std::vector<conf::BanRule> rules) { configure(std::move(rules)); }
    /// Counts of rules that stay are kept.
    void configure(std::vector<conf::BanRule> rules);

    /// Counts once; the longest ban of the rules that are now due, whose counts begin anew.
    std::optional<milliseconds> count(conf::BanTrigger trigger, const std::string& address, Time now);

    /// Addresses that some rule counts.
    std::size_t counted() const;

private:
    struct Counter {
        conf::BanRule rule;
        std::unordered_map<std::string, std::deque<Time>> times; ///< within the window, oldest first
        Counter() = default;
    };
    static void shrink(Counter& counter, Time now);

    mutable std::mutex mutex_;
    std::vector<Counter> counters_;
};

} // namespace mailctl::auth
