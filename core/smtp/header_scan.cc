// Walks a header line by line.
#include "core/smtp/header_scan.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::smtp {
namespace {

/// The name of the field that starts this line; empty where none does. RFC 5322 §2.2
std::string_view field_name(std::string_view line)
{
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return {};
    const std::string_view name = ascii::trim(line.substr(0, colon)); // obs: "Date : ..."
    const bool good = std::all_of(name.begin(), name.end(),
                                  [](char c) { return c > ' ' && c < 127 && c != ':'; });
    return good ? name : std::string_view();
}

/// 0 where it is no number; a large one stays large.
unsigned number_in(std::string_view value)
{
    unsigned out = 0;
    for (const char c : ascii::trim(value)) {
        if (!ascii::is_digit(c))
            return 0;
        out = std::min(out * 10 + static_cast<unsigned>(c - '0'), 1'000'000U);
    }
    return out;
}

void count(std::string_view name, std::string_view value, HeaderScan& scan)
{
    if (ascii::equals_ignoring_case(name, "Received"))
        ++scan.received;
    else if (ascii::equals_ignoring_case(name, "From"))
        ++scan.from;
    else if (ascii::equals_ignoring_case(name, "Date"))
        scan.has_date = true;
    else if (ascii::equals_ignoring_case(name, "Message-ID"))
        scan.has_message_id = true;
    else if (ascii::equals_ignoring_case(name, "Forward-Count"))
        scan.forwards = std::max(scan.forwards, number_in(value));
}

} // namespace

HeaderScan scan_header(std::string_view header)
{
    HeaderScan scan;
    bool first = true;
    while (!header.empty()) {
        const auto end = std::min(header.find("\r\n"), header.size());
        const std::string_view line = header.substr(0, end);
        header.remove_prefix(std::min(end + 2, header.size()));
        if (line.empty()) {
            scan.starts_with_field |= first; // an empty header is a header
            break;
        }
        const bool continues = ascii::is_space(line.front()) && !first;
        const std::string_view name = continues ? std::string_view() : field_name(line);
        scan.starts_with_field |= first && !name.empty();
        count(name, continues ? line : line.substr(line.find(':') + 1), scan);
        first = false;
    }
    return scan;
}

std::size_t find_header_end(std::string_view text, std::size_t from)
{
    if (text.starts_with("\r\n"))
        return 2;
    const auto blank = text.find("\r\n\r\n", from < 3 ? 0 : from - 3);
    return blank == std::string_view::npos ? blank : blank + 4;
}

} // namespace mailctl::smtp
