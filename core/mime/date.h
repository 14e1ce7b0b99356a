// Date and time of header fields.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::mime {

/// An instant and the zone it was written in (minutes east of UTC): SEARCH SENTON compares the
/// day as the sender wrote it (RFC 9051 §6.4.4).
struct ZonedTime {
    Time time{};
    std::chrono::minutes zone{};
};

/// date-time of RFC 5322 §3.3, with the obsolete years and zones of §4.3; a missing zone is UTC,
/// a day of the week that does not fit is passed over. Errors: Invalid.
Result<ZonedTime> parse_date(std::string_view text);

/// "Sat, 21 Nov 2026 02:03:04 +0000". RFC 5322 §3.3.
std::string format_date(Time time, std::chrono::minutes zone = {});

} // namespace mailctl::mime
