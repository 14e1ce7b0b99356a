// One row a limit.
#include "core/delivery/sending_limits.h"

#include <algorithm>
#include <optional>

#include "core/base/ascii.h"
#include "core/base/octets.h"

namespace mailctl::delivery {
namespace {

using conf::SendingLimits;

struct Row {
    std::string_view name;
    std::uint64_t (*get)(const SendingLimits&);
    void (*set)(SendingLimits&, std::uint64_t);
    bool is_octets;
};

#define ROW(member)                                                                       \
    {                                                                                     \
        #member, [](const SendingLimits& l) -> std::uint64_t { return l.member; },        \
            [](SendingLimits& l, std::uint64_t n) {                                       \
                l.member = static_cast<decltype(l.member)>(n);                            \
            },                                                                            \
            sizeof(SendingLimits::member) == sizeof(std::uint64_t)                        \
    }

/// In the order of the counters in sending.cc.
constexpr Row kRows[] = {
    ROW(messages_per_minute),       ROW(messages_per_hour),
    ROW(messages_per_day),          ROW(recipients_per_minute),
    ROW(recipients_per_hour),       ROW(recipients_per_day),
    ROW(octets_per_day),            ROW(new_correspondents_per_day),
    ROW(bounces_per_hour),          ROW(octets_per_hour),
    ROW(local_recipients_per_hour), ROW(local_recipients_per_day),
    ROW(remote_recipients_per_hour), ROW(remote_recipients_per_day),
    ROW(local_octets_per_day),      ROW(remote_octets_per_day),
};
#undef ROW

struct Line {
    const Row* row = nullptr;
    std::uint64_t amount = 0;
};

/// "100", or "25MiB" of octets.
std::optional<std::uint64_t> amount_of(const Row& row, std::string_view text)
{
    if (row.is_octets) {
        const auto octets = parse_octets(text);
        return octets ? std::optional(*octets) : std::nullopt;
    }
    const auto number = ascii::parse_number<std::uint32_t>(text);
    return number ? std::optional<std::uint64_t>(*number) : std::nullopt;
}

std::optional<Line> parse(std::string_view text)
{
    const auto equals = text.find('=');
    if (equals == std::string_view::npos)
        return std::nullopt;
    std::string name(text.substr(0, equals));
    std::replace(name.begin(), name.end(), '-', '_');
    Line line;
    for (const Row& row : kRows)
        if (row.name == name)
            line.row = &row;
    if (!line.row)
        return std::nullopt;
    const auto amount = amount_of(*line.row, text.substr(equals + 1));
    if (!amount)
        return std::nullopt;
    line.amount = *amount;
    return line;
}

/// Before the name of a limit that a domain sets for each of its users.
constexpr std::string_view kOfUsers = "user.";

std::string_view start_of(std::string_view text, SendingOf of)
{
    return of == SendingOf::Domain && text.starts_with(kOfUsers) ? kOfUsers : "";
}

Error wrong(std::string_view text, SendingOf of)
{
    std::string names;
    for (const Row& row : kRows)
        names += (names.empty() ? "" : ", ") + std::string(row.name);
    return Error(Errc::Invalid, ascii::printable(text) + ": no sending limit; NAME=NUMBER with " + names +
                                    (of == SendingOf::Domain ? "; of each user: user.NAME=NUMBER"
                                                             : ""));
}

} // namespace

std::vector<std::pair<std::string_view, std::uint64_t>> amounts_of(const SendingLimits& limits)
{
    std::vector<std::pair<std::string_view, std::uint64_t>> out;
    for (const Row& row : kRows)
        out.emplace_back(row.name, row.get(limits));
    return out;
}

SendingLimits with_own(SendingLimits limits, const std::vector<std::string>& own)
{
    for (const auto& text : own) {
        if (const auto line = parse(text))
            line->row->set(limits, line->amount);
    }
    return limits;
}

SendingLimits with_domain(SendingLimits limits, const std::vector<std::string>& domain)
{
    std::vector<std::string> of_users;
    for (const auto& text : domain)
        if (text.starts_with(kOfUsers))
            of_users.push_back(text.substr(kOfUsers.size()));
    return with_own(limits, of_users);
}

Result<> check_sending(const std::vector<std::string>& lines, SendingOf of)
{
    for (const auto& text : lines)
        if (!parse(text.substr(start_of(text, of).size())))
            return wrong(text, of);
    return ok();
}

Result<> change_sending(const std::vector<std::string>& given, std::vector<std::string>& lines,
                        SendingOf of)
{
    for (const auto& text : given) {
        if (text == "none") {
            lines.clear();
            continue;
        }
        const std::string start(start_of(text, of));
        const bool takes = text.ends_with("=none");
        const auto line = parse((takes ? text.substr(0, text.size() - 4) + '0' : text)
                                    .substr(start.size()));
        if (!line)
            return wrong(text, of);
        const std::string name = start + std::string(line->row->name) + '=';
        std::erase_if(lines, [&name](const std::string& one) { return one.starts_with(name); });
        if (!takes)
            lines.push_back(name + std::to_string(line->amount));
    }
    return ok();
}

} // namespace mailctl::delivery
