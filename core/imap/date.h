// Dates as IMAP writes them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/imap/lexer.h"

namespace mailctl::imap {

using Day = std::chrono::sys_days;

/// An instant, and where its writer's clock stood.
struct ZonedTime {
    ZonedTime() = default;
    explicit ZonedTime(Time when, std::chrono::minutes offset = {}) : time(when), zone(offset) {}
    Time time{};
    std::chrono::minutes zone{}; ///< east of UTC
};

/// date = date-text / DQUOTE date-text DQUOTE, as SEARCH takes it: "1-Feb-1994". RFC 3501 §9.
Result<Day> parse_date(Lexer& args);
/// date-time, with its quotes: " 1-Feb-1994 21:52:25 -0800". RFC 3501 §9.
Result<ZonedTime> parse_date_time(Lexer& args);

/// Appends a quoted date-time in that zone, as INTERNALDATE gives it.
void put_date_time(std::string& out, Time time, std::chrono::minutes zone = {});

} // namespace mailctl::imap
