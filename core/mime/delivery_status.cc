// Writes message/delivery-status. RFC 3464 §2.2, §2.3
#include "core/mime/delivery_status.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/mime/date.h"

namespace mailctl::mime {
namespace {

constexpr std::size_t kLineOctets = 76;
constexpr std::size_t kMaxValueOctets = 1000;

/// Fit for a field: no controls, no octets over 127 without SMTPUTF8, not endless.
std::string cleaned(std::string_view text, bool utf8)
{
    std::string out;
    for (const char c : text.substr(0, kMaxValueOctets)) {
        const bool is_bad = ascii::is_control(c) || (!utf8 && ascii::is_8bit(c));
        out += is_bad ? (ascii::is_8bit(c) ? '?' : ' ') : c;
    }
    return out;
}

/// Folded at blanks. RFC 5322 §2.2.3
void put_field(std::string& out, std::string_view name, std::string_view value, bool utf8)
{
    if (value.empty())
        return;
    const std::string text = cleaned(value, utf8);
    std::string line(name);
    line += ':';
    for (const auto word : ascii::split(text, ' ')) {
        if (word.empty())
            continue;
        if (line.size() + 1 + word.size() > kLineOctets && line.back() != ':') {
            out.append(line).append("\r\n");
            line.clear();
        }
        line.append(" ").append(word);
    }
    out.append(line).append("\r\n");
}

void put_time(std::string& out, std::string_view name, const std::optional<Time>& time)
{
    if (time)
        put_field(out, name, format_date(*time), false);
}

/// RFC 3464 §2.1.2 "rfc822", RFC 6533 §3 "utf-8" where the address is not ASCII.
std::string typed(const std::string& address)
{
    const bool is_ascii = std::none_of(address.begin(), address.end(), ascii::is_8bit);
    std::string out = is_ascii ? "rfc822; " : "utf-8; ";
    out += address;
    return out;
}

/// "rfc822;ann@example.org" with the blank that makes it fold.
std::string spaced(const std::string& value)
{
    const auto semicolon = value.find(';');
    if (semicolon == std::string::npos || value.compare(semicolon, 2, "; ") == 0)
        return value;
    std::string out = value.substr(0, semicolon);
    out += "; ";
    out += value.substr(semicolon + 1);
    return out;
}

} // namespace

std::string format_delivery_status(const DeliveryStatus& status, bool utf8)
{
    std::string out;
    put_field(out, "Original-Envelope-Id", status.envelope_id, utf8);
    put_field(out, "Reporting-MTA", "dns; " + status.reporting_mta, utf8);
    put_time(out, "Arrival-Date", status.arrived);
    for (const auto& one : status.recipients) {
        out += "\r\n";
        if (!one.original_recipient.empty())
            put_field(out, "Original-Recipient", spaced(one.original_recipient), utf8);
        put_field(out, "Final-Recipient", typed(one.final_recipient), utf8);
        put_field(out, "Action", one.action, utf8);
        put_field(out, "Status", one.status, utf8);
        if (!one.remote_mta.empty())
            put_field(out, "Remote-MTA", "dns; " + one.remote_mta, utf8);
        put_field(out, "Diagnostic-Code", one.diagnostic, utf8);
        put_time(out, "Last-Attempt-Date", one.last_attempt);
        put_time(out, "Will-Retry-Until", one.will_retry_until);
    }
    return out;
}

} // namespace mailctl::mime
