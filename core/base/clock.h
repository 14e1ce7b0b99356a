// Time as it is injected everywhere: the system's, or a test's.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Tells the wall-clock time. Threads: safe.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

/// The machine's clock.
const Clock& system_clock();

/// A clock that a test moves by hand.
class ManualClock : public Clock {
public:
    explicit ManualClock(Time start) : now_(start) {}
    Time now() const override { return now_; }
    void advance(milliseconds by) { now_ += by; }

private:
    Time now_;
};

/// "2026-11-21T02:03:04Z", with milliseconds where they are not zero. RFC 3339 §5.6.
std::string to_rfc3339(Time time);
/// Errors: Invalid. Takes a full date-time with zone, or a date alone (midnight UTC).
Result<Time> parse_rfc3339(std::string_view text);

/// "15m", "1h30m", "250ms", "7d": sums of amounts with ms, s, m, h, d or w.
/// Errors: Invalid (no unit, unknown unit, overflow).
Result<milliseconds> parse_duration(std::string_view text);
/// The shortest form that parse_duration reads back: "90m" is "1h30m".
std::string to_text(milliseconds duration);

} // namespace mailctl
