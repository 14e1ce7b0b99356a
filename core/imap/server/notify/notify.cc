// NOTIFY: what a client wants to be told of, at any time.
#include "core/imap/server/notify/notify.h"

#include <algorithm>
#include <utility>

#include "conf/config.h"
#include "core/imap/server/authenticated/listing.h"
#include "core/imap/server/authenticated/status_items.h"
#include "core/imap/server/commands.h"

namespace mailctl::imap {
namespace {

using Filter = NotifyGroup::Filter;

bool is_at_or_below(std::string_view name, std::string_view parent)
{
    return name.starts_with(parent) &&
           (name.size() == parent.size() || name[parent.size()] == store::kHierarchyDelimiter);
}

bool is_at_or_next_below(std::string_view name, std::string_view parent)
{
    return is_at_or_below(name, parent) &&
           name.find(store::kHierarchyDelimiter, parent.size() + 1) == std::string_view::npos;
}

bool matches(const NotifyGroup& group, std::string_view name, bool is_own,
             const std::set<std::string>& subscriptions)
{
    switch (group.filter) {
    case Filter::Selected:
    case Filter::SelectedDelayed:
        return false;
    case Filter::Inboxes: // RFC 5465 §6.3: rules may deliver to any of them
    case Filter::Personal:
        return is_own;
    case Filter::Subscribed:
        return subscriptions.contains(std::string(name));
    case Filter::Subtree:
        return std::any_of(group.names.begin(), group.names.end(),
                           [&](const auto& root) { return is_at_or_below(name, root); });
    case Filter::SubtreeOne:
        return std::any_of(group.names.begin(), group.names.end(),
                           [&](const auto& root) { return is_at_or_next_below(name, root); });
    case Filter::Mailboxes:
        return std::find(group.names.begin(), group.names.end(), name) != group.names.end();
    }
    return false;
}

/// Whether groups could be about mailboxes of others.
bool looks_elsewhere(const Notify& notify)
{
    return std::any_of(notify.groups().begin(), notify.groups().end(), [](const auto& group) {
        return group.filter >= Filter::Subscribed;
    });
}

/// Names of other accounts' mailboxes that are worth watching before they can be seen.
std::vector<std::string> named(const Notify& notify)
{
    std::vector<std::string> names(notify.subscriptions.begin(), notify.subscriptions.end());
    for (const auto& group : notify.groups())
        names.insert(names.end(), group.names.begin(), group.names.end());
    return names;
}

Result<NotifiedAccount*> watch(Notify& notify, const std::shared_ptr<store::Account>& account,
                               const std::string& prefix)
{
    for (auto& known : notify.accounts)
        if (known.account->id() == account->id() && known.prefix == prefix)
            return &known;
    if (notify.accounts.size() == kNotifyAccounts)
        return Error(Errc::OverQuota, "too many accounts to watch");
    notify.watching.add(*account);
    auto& added = notify.accounts.emplace_back();
    added.account = account;
    added.prefix = prefix;
    added.seen = account->highest_mod_seq(); // before the names: what follows is in the log
    return &added;
}

Awaitable<Result<>> watch_elsewhere(Session& session, Notify& notify)
{
    for (const auto& name : named(notify)) {
        const auto place = co_await place_of(session, name);
        if (!place && place.error().code() == Errc::NotFound)
            continue;
        if (!place)
            co_return place.error();
        if (!place->is_own())
            CO_TRY_VOID(watch(notify, place->account, place->prefix));
    }
    co_return ok();
}

/// Items that tell what happened, and what the client needs to go on from there. §3.1
std::vector<StatusItem> first_items(NotifyEvents events)
{
    std::vector<StatusItem> items{StatusItem::Messages, StatusItem::UidNext,
                                  StatusItem::UidValidity};
    if (events.has(NotifyEvent::FlagChange))
        items.push_back(StatusItem::HighestModSeq);
    return items;
}

bool is_selected(const Session& session, const Located& located)
{
    return session.view && session.view->account().id() == located.account->id() &&
           session.view->mailbox() == located.mailbox.id;
}

/// STATUS of each mailbox whose messages are watched, and \NoAccess for those that may be seen but
/// not read. §3.1
Awaitable<Result<>> put_first(Session& session, const Notify& notify, bool wants_status)
{
    Namespaces namespaces;
    namespaces.others = namespaces.shared = looks_elsewhere(notify);
    CO_TRY(const auto mailboxes, co_await visible_mailboxes(session, namespaces));
    for (const auto& located : mailboxes) {
        const auto events = notify.events_of(located.name(), located.is_own());
        if (events.bits != 0 && !located.rights.has(store::MailboxRight::Read))
            put_listed(session, "LIST", "\\NoAccess", located.name());
        else if (wants_status && events.has_message_events() && !is_selected(session, located))
            CO_TRY_VOID(co_await put_status(session, located, first_items(events)));
        if (is_full(session))
            co_await flush(session);
    }
    co_return ok();
}

} // namespace

const NotifyGroup* Notify::selected() const
{
    const auto at = std::find_if(groups().begin(), groups().end(),
                                 [](const auto& group) { return group.is_selected(); });
    return at == groups().end() || !at->events.has_message_events() ? nullptr : &*at;
}

NotifyEvents Notify::events_of(std::string_view name, bool is_own) const
{
    NotifyEvents events;
    for (const auto& group : groups())
        if (matches(group, name, is_own, subscriptions))
            events.add(group.events);
    if (is_own)
        events.add(enabled);
    return events;
}

NotifyEvents Notify::events() const
{
    NotifyEvents events = enabled;
    for (const auto& group : groups())
        events.add(group.events);
    return events;
}

void Notify::stop()
{
    request_ = {};
    enabled = {};
    accounts.clear();
    subscriptions.clear();
}

bool Notify::is_caused(std::string_view name) const
{
    return std::any_of(caused.begin(), caused.end(), [name](const auto& mine) {
        return name.empty() ? mine.empty() : is_at_or_below(mine, name);
    });
}

void note_caused(Session& session, std::string name)
{
    if (session.notify)
        session.notify->caused.push_back(std::move(name));
}

bool tells_messages(const Session& session)
{
    return !session.notify || !session.notify->is_asked() || session.notify->selected() != nullptr;
}

Awaitable<Result<>> enable_metadata(Session& session, NotifyEvents events)
{
    auto notify = session.notify ? session.notify : std::make_shared<Notify>(*session.stream);
    notify->enabled.add(events);
    if (notify->accounts.empty())
        CO_TRY_VOID(co_await start_notify(session, *notify));
    session.notify = std::move(notify);
    co_return ok();
}

Awaitable<Result<>> start_notify(Session& session, Notify& notify)
{
    CO_TRY_VOID(watch(notify, session.account, ""));
    CO_TRY(const auto subscribed, co_await session.account->subscriptions());
    notify.subscriptions.insert(subscribed.begin(), subscribed.end());
    Namespaces namespaces;
    namespaces.others = namespaces.shared = looks_elsewhere(notify);
    if (namespaces.others)
        CO_TRY_VOID(co_await watch_elsewhere(session, notify));
    CO_TRY(const auto mailboxes, co_await visible_mailboxes(session, namespaces));
    for (const auto& located : mailboxes) {
        CO_TRY(auto* account, watch(notify, located.account, located.prefix));
        account->names[located.mailbox.id] = located.name();
    }
    co_return ok();
}

/// RFC 5465 §3.1. What is told of the selected mailbox from now on is told first, by sync().
Awaitable<Completion> on_notify(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(auto request, parse_notify(invocation.args));
    if (request.has_unknown_event)
        co_return Completion::no("BADEVENT (" + std::string(kNotifyEvents) + ")",
                                 "Some events are not known here");
    if (request.is_too_large)
        co_return Completion::no("NOTIFICATIONOVERFLOW", "Too much to watch");
    const bool wants_status = request.wants_status;
    const bool is_none = request.groups.empty();
    auto notify = std::make_shared<Notify>(std::move(request), *session.stream);
    if (session.notify)
        notify->enabled = session.notify->enabled;
    if (!is_none || notify->enabled.bits != 0) {
        auto started = co_await start_notify(session, *notify);
        if (started)
            started = co_await put_first(session, *notify, wants_status);
        if (!started && started.error().code() == Errc::OverQuota)
            co_return Completion::no("NOTIFICATIONOVERFLOW", "Too much to watch");
        if (!started)
            co_return refuse(started.error());
    }
    session.notify = std::move(notify);
    co_return Completion::ok("NOTIFY completed");
}

} // namespace mailctl::imap
