// The system clock, and text forms of times and durations.
#include "core/base/clock.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>

namespace mailctl {
namespace {

class SystemClock : public Clock {
public:
    Time now() const override
    {
        return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
    }
};

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};

// Longest first: to_text takes them in this order.
constexpr std::array kUnits{
    Unit{"w", 604'800'000}, Unit{"d", 86'400'000}, Unit{"h", 3'600'000},
    Unit{"m", 60'000},      Unit{"s", 1'000},      Unit{"ms", 1},
};

Error bad_time(std::string_view why)
{
    return Error(Errc::Invalid, "not an RFC 3339 time: " + std::string(why));
}

// Takes exactly `digits` decimal digits from the front of `rest`.
Result<int> take_number(std::string_view& rest, std::size_t digits)
{
    int value = 0;
    if (rest.size() < digits)
        return bad_time("too short");
    for (std::size_t i = 0; i < digits; ++i) {
        if (rest[i] < '0' || rest[i] > '9')
            return bad_time("a digit is missing");
        value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(digits);
    return value;
}

Result<> take_char(std::string_view& rest, std::string_view any_of)
{
    if (rest.empty() || any_of.find(rest.front()) == std::string_view::npos)
        return bad_time("expected one of '" + std::string(any_of) + "'");
    rest.remove_prefix(1);
    return ok();
}

Result<std::chrono::sys_days> take_date(std::string_view& rest)
{
    TRY(const int year, take_number(rest, 4));
    TRY_VOID(take_char(rest, "-"));
    TRY(const int month, take_number(rest, 2));
    TRY_VOID(take_char(rest, "-"));
    TRY(const int day, take_number(rest, 2));
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok())
        return bad_time("no such day");
    return std::chrono::sys_days(date);
}

Result<milliseconds> take_fraction(std::string_view& rest)
{
    milliseconds fraction{0};
    if (rest.empty() || rest.front() != '.')
        return fraction;
    rest.remove_prefix(1);
    int scale = 100;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
        fraction += milliseconds((rest.front() - '0') * scale);
        scale /= 10;
        rest.remove_prefix(1);
    }
    return fraction;
}

Result<milliseconds> take_offset(std::string_view& rest)
{
    if (!rest.empty() && (rest.front() == 'Z' || rest.front() == 'z')) {
        rest.remove_prefix(1);
        return milliseconds(0);
    }
    const bool negative = !rest.empty() && rest.front() == '-';
    TRY_VOID(take_char(rest, "+-"));
    TRY(const int hours, take_number(rest, 2));
    TRY_VOID(take_char(rest, ":"));
    TRY(const int minutes, take_number(rest, 2));
    const milliseconds offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    return negative ? -offset : offset;
}

} // namespace

const Clock& system_clock()
{
    static const SystemClock clock;
    return clock;
}

std::string to_rfc3339(Time time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const auto rest = time - day;
    const auto whole = std::chrono::duration_cast<seconds>(rest);
    const auto fraction = rest - whole;
    const long long in_day = whole.count();
    char text[48];
    int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02lld:%02lld:%02lld",
                               static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                               static_cast<unsigned>(date.day()), in_day / 3600,
                               in_day / 60 % 60, in_day % 60);
    std::string out(text, static_cast<std::size_t>(length));
    if (fraction.count() != 0) {
        length = std::snprintf(text, sizeof text, ".%03lld",
                               static_cast<long long>(fraction.count()));
        out.append(text, static_cast<std::size_t>(length));
    }
    return out + 'Z';
}

Result<Time> parse_rfc3339(std::string_view text)
{
    TRY(const auto day, take_date(text));
    if (text.empty())
        return Time(day);
    TRY_VOID(take_char(text, "Tt "));
    TRY(const int hour, take_number(text, 2));
    TRY_VOID(take_char(text, ":"));
    TRY(const int minute, take_number(text, 2));
    TRY_VOID(take_char(text, ":"));
    TRY(const int second, take_number(text, 2));
    if (hour > 23 || minute > 59 || second > 60)
        return bad_time("no such time of day");
    TRY(const auto fraction, take_fraction(text));
    TRY(const auto offset, take_offset(text));
    if (!text.empty())
        return bad_time("something follows it");
    return Time(day) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           seconds(second) + fraction - offset;
}

Result<milliseconds> parse_duration(std::string_view text)
{
    const auto bad = [] {
        return Error(Errc::Invalid, "not a duration such as \"15m\" or \"1h30m\"");
    };
    if (text.empty())
        return bad();
    std::int64_t total = 0;
    while (!text.empty()) {
        std::int64_t amount = 0;
        const auto number = std::from_chars(text.data(), text.data() + text.size(), amount);
        if (number.ec != std::errc() || amount < 0)
            return bad();
        text.remove_prefix(static_cast<std::size_t>(number.ptr - text.data()));
        const auto letters = std::min(text.find_first_of("0123456789"), text.size());
        const Unit* unit = nullptr;
        for (const auto& candidate : kUnits)
            if (candidate.name == text.substr(0, letters))
                unit = &candidate;
        if (!unit || amount > (std::numeric_limits<std::int64_t>::max() - total) / unit->milliseconds)
            return bad();
        total += amount * unit->milliseconds;
        text.remove_prefix(letters);
    }
    return milliseconds(total);
}

std::string to_text(milliseconds duration)
{
    std::int64_t rest = duration.count();
    std::string text;
    for (const auto& unit : kUnits) {
        if (unit.name == "w" && rest % unit.milliseconds != 0)
            continue; // "2w" but "10d"
        if (const auto amount = rest / unit.milliseconds; amount > 0) {
            text += std::to_string(amount);
            text += unit.name;
            rest %= unit.milliseconds;
        }
    }
    return text.empty() ? "0s" : text;
}

} // namespace mailctl
