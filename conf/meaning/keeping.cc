// What the settings of mailboxes' contents mean together.
#include <algorithm>

#include "conf/meaning/parts.h"
#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/query/query.h"

namespace mailctl::conf {
namespace {

/// "03:30"
bool is_time_of_day(const std::string& text)
{
    if (text.size() != 5 || text[2] != ':')
        return false;
    const auto hours = ascii::parse_number<unsigned>(std::string_view(text).substr(0, 2));
    const auto minutes = ascii::parse_number<unsigned>(std::string_view(text).substr(3));
    return hours && minutes && *hours < 24 && *minutes < 60;
}

void check_levels(Checker& check, const std::string& key, const std::vector<std::string>& levels)
{
    for (const auto& level : levels) {
        const auto percent = ascii::parse_number<unsigned>(level);
        if (!percent || *percent < 1 || *percent > 100)
            check.complain(key,
                           "\"" + ascii::printable(level) + "\" is no percentage from 1 to 100");
    }
}

void check_retention_at(Checker& check, const Retention& rule, const std::string& key)
{
    if (rule.mailbox.empty())
        check.complain(key, "mailbox must be set");
    if (rule.mailbox.starts_with('\\')) {
        const auto role = ascii::lower(rule.mailbox.substr(1));
        if (std::find(std::begin(query::kRoles), std::end(query::kRoles), role) ==
            std::end(query::kRoles))
            check.complain(key + ".mailbox", "no role \"" + ascii::printable(rule.mailbox) +
                                                 "\"; there are \\Inbox, \\Archive, \\Drafts, "
                                                 "\\Junk, \\Sent, \\Trash, \\All, \\Flagged");
    }
    if (rule.keep.count() <= 0 && rule.keep_size == 0 && rule.keep_count == 0)
        check.complain(key, "keep, keep_size or keep_count must be over 0");
    if (const auto parsed = query::Query::parse(rule.query); !parsed)
        check.complain(key + ".query", parsed.error().detail());
    for (const auto& domain : rule.domains)
        check_domain(check, key + ".domains", domain);
}

} // namespace

void check_keeping(Checker& check, const Config& config)
{
    check_levels(check, "quota.warn", config.quota.warn);
    check_levels(check, "quota.domain_warn", config.quota.domain_warn);
    if (!is_time_of_day(config.upkeep.time))
        check.complain("upkeep.time", "must be a time such as \"03:30\"");
    check_mail_address(check, "upkeep.report", config.upkeep.report);
    for (std::size_t i = 0; i < config.retentions.size(); ++i)
        check_retention_at(check, config.retentions[i], "retention[" + std::to_string(i) + "]");
}

} // namespace mailctl::conf
