// Turns retention tables into queries, and ends what they choose.
#include "core/keeping/retention.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/base/octets.h"
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

/// What may stay in a mailbox is the newest; ascending UIDs of the rest.
Awaitable<Result<std::vector<Uid>>> past_the_room(store::Account& account,
                                                  const store::MailboxInfo& box,
                                                  const RetentionRule& rule, Time now)
{
    const auto key = rule.about.for_mailbox({box.name, name_of(box.role)});
    if (!key)
        co_return std::vector<Uid>();
    CO_TRY(auto uids, co_await chosen_in(account, box, *key, now));
    std::vector<Occupant> messages;
    imap::Rows rows(account, box.id, std::move(uids));
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            break;
        for (const auto& row : page)
            messages.push_back({row.uid,
                                rule.table.age == conf::RetentionAge::Saved ? row.saved
                                                                            : row.internal_date,
                                row.octets});
    }
    co_return without_room(std::move(messages), rule.table.keep_size, rule.table.keep_count);
}

/// Everything that a rule ends in a mailbox, ascending.
Awaitable<Result<std::vector<Uid>>> ended_in(store::Account& account, const store::MailboxInfo& box,
                                             const RetentionRule& rule, Time now)
{
    std::vector<Uid> uids;
    if (rule.has_age()) {
        const auto key = rule.too_old.for_mailbox({box.name, name_of(box.role)});
        if (key) {
            CO_TRY(uids, co_await chosen_in(account, box, *key, now));
        }
    }
    if (!rule.has_room())
        co_return uids;
    CO_TRY(const auto crowded, co_await past_the_room(account, box, rule, now));
    std::vector<Uid> all;
    std::set_union(uids.begin(), uids.end(), crowded.begin(), crowded.end(),
                   std::back_inserter(all));
    co_return all;
}

/// One rule in one mailbox. Nothing found: `messages` is 0.
Awaitable<Result<Ended>> end_in(store::Account& account, const store::MailboxInfo& box,
                                const RetentionRule& rule, Time now, Retain how)
{
    Ended ended;
    ended.mailbox = box.name;
    ended.rule = rule.text;
    if (box.messages == 0)
        co_return ended;
    CO_TRY(auto uids, co_await ended_in(account, box, rule, now));
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

std::vector<Uid> without_room(std::vector<Occupant> messages, std::uint64_t octets,
                              std::uint64_t count)
{
    std::sort(messages.begin(), messages.end(), [](const Occupant& a, const Occupant& b) {
        return a.since != b.since ? a.since > b.since : a.uid > b.uid;
    });
    std::uint64_t used = 0;
    std::size_t kept = 0;
    for (const auto& message : messages) {
        if ((count != 0 && kept == count) || (octets != 0 && message.octets > octets - used))
            break;
        used += message.octets;
        ++kept;
    }
    std::vector<Uid> gone;
    for (std::size_t i = kept; i < messages.size(); ++i)
        gone.push_back(messages[i].uid);
    std::sort(gone.begin(), gone.end());
    return gone;
}

std::string query_of(const conf::Retention& table)
{
    std::string text = table.mailbox.starts_with('\\')
                           ? "role:" + ascii::lower(table.mailbox.substr(1))
                           : "mailbox:" + quoted(table.mailbox);
    if (table.keep.count() > 0) {
        text += table.age == conf::RetentionAge::Saved ? " saved-older:" : " older:";
        text += to_text(table.keep);
    }
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
        TRY(rule.too_old, query::Query::parse(rule.text));
        auto ageless = table;
        ageless.keep = milliseconds(0);
        TRY(rule.about, query::Query::parse(query_of(ageless)));
        if (table.keep_size > 0)
            rule.text += "; keep_size " + to_text_octets(table.keep_size);
        if (table.keep_count > 0)
            rule.text += "; keep_count " + std::to_string(table.keep_count);
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
