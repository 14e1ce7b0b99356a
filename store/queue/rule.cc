// Applies standing rules to entries.
#include "store/queue/rule.h"

#include <algorithm>

#include "store/queue/matching.h"

namespace mailctl::store {
namespace {

using State = QueueRecipient::State;

/// "held by rule 3: spam wave (ann)"
std::string told(const QueueRule& rule)
{
    std::string text = "rule " + std::to_string(rule.number);
    if (!rule.reason.empty())
        text += ": " + rule.reason;
    if (!rule.owner.empty())
        text += " (" + rule.owner + ")";
    return text;
}

/// RFC 3463 §3.8: 5.7.1, delivery not authorized.
std::string refusal(const QueueRule& rule)
{
    return "550 5.7.1 " + (rule.reason.empty() ? "Not delivered, by order of the administrator"
                                               : rule.reason);
}

bool is_for_all(const QueueRule& rule, const QueueEntry& entry)
{
    return std::all_of(entry.recipients.begin(), entry.recipients.end(),
                       [&](const QueueRecipient& recipient) {
                           return !recipient.is_open() || matches_recipient(rule.match, recipient);
                       });
}

bool hold(const QueueRule& rule, QueueEntry& entry, bool all, QueueRecipient& recipient)
{
    if (!recipient.is_waiting() || entry.held)
        return false;
    if (!all)
        recipient.state = State::Held;
    entry.hold_reason = told(rule);
    return true;
}

bool route(const QueueRule& rule, QueueRecipient& recipient)
{
    if (!recipient.is_waiting() || recipient.route == rule.route)
        return false;
    recipient.route = rule.route;
    return true;
}

bool end(const QueueRule& rule, QueueRecipient& recipient, Time now)
{
    if (!recipient.is_waiting() && recipient.state != State::Held)
        return false;
    const bool fails = rule.action == QueueRule::Action::Fail;
    recipient.state = fails ? State::Failed : State::Dropped;
    recipient.notice_due = fails;
    recipient.next_attempt = fails ? now : Time{};
    recipient.last_reply = fails ? refusal(rule) : "dropped by " + told(rule);
    recipient.last_host.clear();
    return true;
}

} // namespace

bool is_over(const QueueRule& rule, Time now)
{
    return rule.expires && *rule.expires <= now;
}

bool apply_rule(const QueueRule& rule, QueueEntry& entry, Time now)
{
    if (is_over(rule, now) || !matches(rule.match, entry, now, Among::Queue))
        return false;
    const bool all = is_for_all(rule, entry);
    bool changed = false;
    for (QueueRecipient& recipient : entry.recipients) {
        if (!recipient.is_open() || !matches_recipient(rule.match, recipient))
            continue;
        switch (rule.action) {
        case QueueRule::Action::Hold: changed |= hold(rule, entry, all, recipient); break;
        case QueueRule::Action::Route: changed |= route(rule, recipient); break;
        case QueueRule::Action::Fail:
        case QueueRule::Action::Drop: changed |= end(rule, recipient, now); break;
        }
    }
    if (changed && all && rule.action == QueueRule::Action::Hold)
        entry.held = true;
    // Nobody would be told while it is held.
    if (changed && all && rule.action == QueueRule::Action::Fail)
        entry.held = false;
    return changed;
}

} // namespace mailctl::store
