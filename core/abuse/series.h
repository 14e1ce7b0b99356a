// Counts by the step of time that they fell into: windows that slide.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/clock.h"

namespace mailctl::abuse {

struct Window {
    std::int64_t step_seconds;
    std::int64_t steps;
    std::chrono::seconds length() const { return std::chrono::seconds(step_seconds * steps); }
};

inline std::int64_t seconds_of(Time time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// Oldest first. What was counted stays so for at most one step longer than the window.
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

} // namespace mailctl::abuse
