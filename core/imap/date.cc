// Parses and writes date and date-time of RFC 3501 §9.
#include "core/imap/date.h"

#include <array>
#include <cstdio>
#include <optional>

#include "core/base/ascii.h"

namespace mailctl::imap {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

Error malformed()
{
    return Error(Errc::Invalid, "Malformed date");
}

/// "1-Feb-1994", " 1-Feb-1994" or "01-Feb-1994"
std::optional<Day> day_from(std::string_view text)
{
    if (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    const auto parts = ascii::split(text, '-');
    if (parts.size() != 3 || parts[0].size() > 2 || parts[2].size() != 4)
        return std::nullopt;
    const auto day = ascii::parse_number<unsigned>(parts[0]);
    const auto year = ascii::parse_number<unsigned>(parts[2]);
    unsigned month = 0;
    while (month < kMonths.size() && !ascii::equals_ignoring_case(kMonths[month], parts[1]))
        ++month;
    if (!day || !year || month == kMonths.size())
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(month + 1),
                                           std::chrono::day(*day)};
    if (!date.ok())
        return std::nullopt;
    return Day(date);
}

/// Two digits at `at`, at most `most`.
std::optional<int> two_digits(std::string_view text, std::size_t at, int most)
{
    const auto value = ascii::parse_number<unsigned>(text.substr(at, 2));
    if (!value || static_cast<int>(*value) > most)
        return std::nullopt;
    return static_cast<int>(*value);
}

/// "21:52:25 -0800" of a day.
std::optional<ZonedTime> time_from(Day of, std::string_view text)
{
    if (text.size() != 14 || text[2] != ':' || text[5] != ':' || text[8] != ' ' ||
        (text[9] != '+' && text[9] != '-'))
        return std::nullopt;
    const auto hour = two_digits(text, 0, 23), minute = two_digits(text, 3, 59);
    const auto second = two_digits(text, 6, 60); // a leap second
    const auto zone_hour = two_digits(text, 10, 23), zone_minute = two_digits(text, 12, 59);
    if (!hour || !minute || !second || !zone_hour || !zone_minute)
        return std::nullopt;
    const std::chrono::minutes zone((*zone_hour * 60 + *zone_minute) * (text[9] == '-' ? -1 : 1));
    return ZonedTime(of + std::chrono::seconds(*hour * 3600 + *minute * 60 + *second) - zone, zone);
}

} // namespace

Result<Day> parse_date(Lexer& args)
{
    std::optional<Day> day;
    if (args.peek() == '"') {
        TRY(const auto quoted, args.string());
        day = day_from(quoted);
    } else {
        TRY(const auto plain, args.atom());
        day = day_from(plain);
    }
    if (!day)
        return malformed();
    return *day;
}

Result<ZonedTime> parse_date_time(Lexer& args)
{
    TRY(const auto text, args.string());
    const std::string_view all = text;
    const auto space = all.find(' ', 1);
    if (space == std::string_view::npos)
        return malformed();
    const auto day = day_from(all.substr(0, space));
    const auto time = day ? time_from(*day, all.substr(space + 1)) : std::nullopt;
    if (!time)
        return malformed();
    return *time;
}

void put_date_time(std::string& out, Time time, std::chrono::minutes zone)
{
    const auto local = time + zone;
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const auto seconds =
        static_cast<unsigned>(std::chrono::floor<std::chrono::seconds>(local - day).count());
    const auto offset = static_cast<unsigned>(std::chrono::abs(zone).count());
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "\"%2u-%s-%04d %02u:%02u:%02u %c%02u%02u\"",
                  static_cast<unsigned>(date.day()),
                  kMonths[static_cast<unsigned>(date.month()) - 1].data(),
                  static_cast<int>(date.year()), seconds / 3600, seconds / 60 % 60, seconds % 60,
                  zone.count() < 0 ? '-' : '+', offset / 60, offset % 60);
    out += text.data();
}

} // namespace mailctl::imap
