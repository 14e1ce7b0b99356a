// Turns retention tables into queries, and ends what they choose.
#include "core/keeping/retention.h"

#include <algorithm>
#include <utility>

#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/imap/server/rows.h"
#include "core/keeping/chosen.h"

namespace mailctl::keeping {
namespace {

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

bool matches_any(const std::vector<std::string>& patterns, const std::string& text)
{
    return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](const auto& one) {
               return address::matches_wildcard(one, text);
           });
}

Awaitable<Result<std::uint64_t>> octets_of(store::Account& account, MailboxId mailbox,
                                           std::vector<Uid> uids)
{
    std::uint64_t octets = 0;
    imap::Rows rows(account, mailbox, std::move(uids));
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            co_return octets;
        for (const auto& row : page)
            octets += row.octets;
    }
}

/// One rule in one mailbox. Nothing found: `messages` is 0.
Awaitable<Result<Ended>> end_in(store::Account& account, const store::MailboxInfo& box,
                                const RetentionRule& rule, Time now, Retain how)
{
    Ended ended;
    ended.mailbox = box.name;
    ended.rule = rule.text;
    const auto key = rule.query.for_mailbox({box.name, name_of(box.role)});
    if (!key || box.messages == 0)
        co_return ended;
    CO_TRY(auto uids, co_await chosen_in(account, box, *key, now));
    if (uids.empty())
        co_return ended;
    CO_TRY(ended.octets, co_await octets_of(account, box.id, uids));
    ended.messages = uids.size();
    if (how == Retain::Preview)
        co_return ended;
    CO_TRY(const auto gone, co_await account.expunge(box.id, std::move(uids), false));
    ended.messages = gone.size();
    co_return ended;
}

} // namespace

bool RetentionRule::is_for(const address::Address& user) const
{
    return matches_any(table.domains, user.domain) &&
           matches_any(table.users, address::to_string(user));
}

std::string query_of(const conf::Retention& table)
{
    std::string text = table.mailbox.starts_with('\\')
                           ? "role:" + ascii::lower(table.mailbox.substr(1))
                           : "mailbox:" + quoted(table.mailbox);
    text += table.age == conf::RetentionAge::Saved ? " saved-older:" : " older:";
    text += to_text(table.keep);
    if (!ascii::trim(table.query).empty())
        text += " (" + table.query + ")";
    return text;
}

Result<std::vector<RetentionRule>> retention_rules(const std::vector<conf::Retention>& tables)
{
    std::vector<RetentionRule> rules;
    for (const auto& table : tables) {
        RetentionRule rule;
        rule.table = table;
        rule.text = query_of(table);
        TRY(rule.query, query::Query::parse(rule.text));
        rules.push_back(std::move(rule));
    }
    return rules;
}

Awaitable<Result<std::vector<Ended>>> retain(store::Account& account, const store::User& user,
                                             const std::vector<RetentionRule>& rules, Time now,
                                             Retain how)
{
    std::vector<Ended> all;
    for (const auto& rule : rules) {
        if (!rule.is_for(user.address))
            continue;
        CO_TRY(const auto boxes, co_await account.mailboxes());
        for (const auto& box : boxes) {
            auto ended = co_await end_in(account, box, rule, now, how);
            if (!ended && ended.error().code() == Errc::NotFound)
                continue; // the mailbox was deleted meanwhile
            if (!ended)
                co_return ended.error();
            if (ended->messages > 0)
                all.push_back(std::move(*ended));
        }
    }
    co_return all;
}

} // namespace mailctl::keeping
