// Reads and writes date-time of RFC 5322.
#include "core/mime/date.h"

#include <array>
#include <cstdio>
#include <optional>

#include "core/base/ascii.h"
#include "core/mime/lexer.h"

namespace mailctl::mime {
namespace {

using std::chrono::minutes;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// RFC 5322 §4.3: the only obsolete zones with a known meaning.
struct NamedZone {
    std::string_view name;
    int hours;
};
constexpr NamedZone kZones[] = {{"UT", 0},   {"GMT", 0},  {"EST", -5}, {"EDT", -4}, {"CST", -6},
                                {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};

std::string_view word(Lexer& in, std::string_view stops = "(,:")
{
    in.skip_cfws();
    return in.run(stops);
}

std::optional<unsigned> number(Lexer& in, std::string_view stops = "(,:")
{
    return ascii::parse_number<unsigned>(word(in, stops));
}

std::optional<unsigned> month_of(std::string_view name)
{
    for (unsigned i = 0; i < kMonths.size(); ++i) {
        if (ascii::equals_ignoring_case(name.substr(0, 3), kMonths[i]))
            return i + 1;
    }
    return std::nullopt;
}

// RFC 5322 §4.3: two digits below 50 are 20xx, the others and three digits count from 1900.
std::optional<int> year_of(std::string_view text)
{
    const auto year = ascii::parse_number<int>(text);
    if (!year || *year < 0 || *year > 9999)
        return std::nullopt;
    if (text.size() == 2)
        return *year < 50 ? *year + 2000 : *year + 1900;
    if (text.size() == 3)
        return *year + 1900;
    return text.size() == 4 && *year >= 1900 ? year : std::nullopt;
}

// zone = ("+" / "-") 4DIGIT, or an obsolete name; an unknown name is -0000.
std::optional<minutes> zone_of(std::string_view text)
{
    const bool numeric = text.size() == 5 && (text[0] == '+' || text[0] == '-');
    if (numeric) {
        const auto value = ascii::parse_number<int>(text.substr(1));
        if (!value || *value % 100 > 59)
            return std::nullopt;
        const minutes zone(*value / 100 * 60 + *value % 100);
        return text[0] == '-' ? -zone : zone;
    }
    for (const auto& known : kZones) {
        if (ascii::equals_ignoring_case(text, known.name))
            return minutes(known.hours * 60);
    }
    if (!text.empty() && !ascii::is_alpha(text[0]))
        return std::nullopt;
    return minutes(0);
}

// day month year
std::optional<std::chrono::sys_days> read_day(Lexer& in)
{
    const auto day = number(in);
    const auto month = month_of(word(in));
    const auto year = year_of(word(in));
    if (!day || !month || !year)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                           std::chrono::day(*day)};
    if (!date.ok())
        return std::nullopt;
    return std::chrono::sys_days(date);
}

// hour ":" minute [":" second]; 60 is a leap second.
std::optional<seconds> read_time_of_day(Lexer& in)
{
    const auto hour = number(in);
    in.skip_cfws();
    if (!in.skip_if(':'))
        return std::nullopt;
    const auto minute = number(in);
    in.skip_cfws();
    std::optional<unsigned> second = 0;
    if (in.skip_if(':'))
        second = number(in, "(,:.");
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    return std::chrono::hours(*hour) + minutes(*minute) + seconds(*second);
}

} // namespace

Result<ZonedTime> parse_date(std::string_view text)
{
    Lexer in(text);
    in.skip_cfws();
    if (ascii::is_alpha(in.peek())) { // day-of-week ","
        in.run("(,");
        in.skip_cfws();
        in.skip_if(',');
    }
    const auto day = read_day(in);
    if (!day)
        return Error(Errc::Invalid, "no day, month and year in the date");
    const auto time_of_day = read_time_of_day(in);
    if (!time_of_day)
        return Error(Errc::Invalid, "no time of day in the date");
    const auto zone = zone_of(word(in));
    if (!zone)
        return Error(Errc::Invalid, "no zone in the date");
    return ZonedTime{*day + *time_of_day - *zone, *zone};
}

std::string format_date(Time time, minutes zone)
{
    const auto local = std::chrono::floor<seconds>(time + zone);
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(local - day);
    const auto weekday = std::chrono::weekday(day).c_encoding();
    const auto offset = static_cast<int>(std::abs(zone.count()));
    char text[64];
    std::snprintf(text, sizeof text, "%s, %u %s %04d %02d:%02d:%02d %c%02d%02d",
                  kDays[weekday].data(), static_cast<unsigned>(date.day()),
                  kMonths[static_cast<unsigned>(date.month()) - 1].data(),
                  static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), zone.count() < 0 ? '-' : '+',
                  offset / 60, offset % 60);
    return text;
}

} // namespace mailctl::mime
