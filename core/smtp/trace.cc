// Writes trace fields.
#include "core/smtp/trace.h"

#include <chrono>
#include <cstdio>

namespace mailctl::smtp {

std::string date_time(Time time)
{
    using namespace std::chrono;
    constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<seconds>(time - day));
    char text[64];
    std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d +0000",
                  kDays[weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                  kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text;
}

std::string address_literal(std::string_view address)
{
    std::string out = address.find(':') == std::string_view::npos ? "[" : "[IPv6:";
    out += address;
    out += ']';
    return out;
}

std::string received_field(const Received& received)
{
    std::string out = "Received: ";
    if (!received.hello.empty()) {
        out += "from ";
        out += received.hello;
        if (!received.peer.empty())
            out += " (" + address_literal(received.peer) + ")";
        out += "\r\n\t";
    }
    out += "by ";
    out += received.by;
    out += " with " + name_of(received.with);
    if (!received.tls_version.empty()) {
        out += " (";
        out += received.tls_version;
        out += ' ';
        out += received.tls_cipher;
        out += ')';
    }
    out += "\r\n\tid ";
    out += received.id;
    if (!received.for_recipient.empty()) {
        out += " for <";
        out += received.for_recipient;
        out += '>';
    }
    return out + ";\r\n\t" + date_time(received.time) + "\r\n";
}

std::string return_path_field(std::string_view reverse_path)
{
    std::string out = "Return-Path: <";
    out += reverse_path;
    return out + ">\r\n";
}

} // namespace mailctl::smtp
