// Tells a client what it asked NOTIFY for.
#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/imap/server/authenticated/listing.h"
#include "core/imap/server/authenticated/status_items.h"
#include "core/imap/server/notify/notify.h"
#include "core/imap/server/special_use.h"
#include "core/imap/server/sync.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

using Kind = store::ChangeEntry::Kind;
using Names = std::map<MailboxId, std::string>;

/// What happened in one account.
struct Happened {
    std::map<MailboxId, NotifyEvents> messages;
    std::vector<store::ChangeEntry> metadata;
    bool names = false;
};

Happened digest(std::vector<store::ChangeEntry> log)
{
    Happened happened;
    for (auto& entry : log) {
        if (entry.kind == Kind::Appeared)
            happened.messages[entry.mailbox].add(NotifyEvent::MessageNew);
        else if (entry.kind == Kind::Expunged)
            happened.messages[entry.mailbox].add(NotifyEvent::MessageExpunge);
        else if (entry.kind == Kind::FlagsChanged)
            happened.messages[entry.mailbox].add(NotifyEvent::FlagChange);
        else if (entry.kind == Kind::MailboxChanged)
            happened.names = true;
        else
            happened.metadata.push_back(std::move(entry));
    }
    return happened;
}

/// The mailboxes of one account that the user may look up, by their full names.
Awaitable<Result<Names>> names_in(Session& session, const NotifiedAccount& account)
{
    Namespaces namespaces;
    namespaces.others = namespaces.shared = !account.prefix.empty();
    CO_TRY(const auto mailboxes, co_await visible_mailboxes(session, namespaces));
    Names names;
    for (const auto& located : mailboxes)
        if (located.account->id() == account.account->id() && located.prefix == account.prefix)
            names[located.mailbox.id] = located.name();
    co_return names;
}

bool has_name(const Names& names, std::string_view wanted)
{
    return std::any_of(names.begin(), names.end(),
                       [wanted](const auto& pair) { return pair.second == wanted; });
}

bool has_children(const Names& names, const std::string& name)
{
    return std::any_of(names.begin(), names.end(), [&name](const auto& pair) {
        return pair.second.starts_with(name + store::kHierarchyDelimiter);
    });
}

std::string parent_of(const std::string& name)
{
    const auto at = name.rfind(store::kHierarchyDelimiter);
    return at == std::string::npos ? std::string() : name.substr(0, at);
}

/// One LIST line with all attributes. `old_name`: of a mailbox that was renamed. §5.4, §5.5
Awaitable<> put_name(Session& session, const NotifiedAccount& account, std::string name,
                     std::string old_name)
{
    std::string attributes =
        has_children(account.names, name) ? "\\HasChildren" : "\\HasNoChildren";
    if (!has_name(account.names, name))
        attributes += " \\NonExistent";
    else if (const auto place = co_await place_of(session, name); place && place->is_own()) {
        const auto mailbox = co_await place->account->find_mailbox(place->name);
        if (mailbox && !attribute_of(mailbox->role).empty())
            attributes.append(" ").append(attribute_of(mailbox->role));
    }
    if (session.notify->subscriptions.contains(name))
        attributes += " \\Subscribed";
    std::string extended;
    if (!old_name.empty()) {
        extended = " (\"OLDNAME\" (";
        put_mailbox(extended, old_name, session.delimiter(), session.names());
        extended += "))";
    }
    put_listed(session, "LIST", attributes, name, extended);
}

/// Names that differ, each with its old name where it has one; mailboxes that a renamed one took
/// along are left out. The mailbox above a new one or a gone one is affected too. §5.4
std::map<std::string, std::string> differences(const Names& before, const Names& now)
{
    std::map<std::string, std::string> changed, renamed;
    const auto affect = [&changed](const std::string& name) {
        changed.emplace(name, "");
        if (const auto parent = parent_of(name); !parent.empty())
            changed.emplace(parent, "");
    };
    for (const auto& [id, name] : before)
        if (!now.contains(id))
            affect(name);
    for (const auto& [id, name] : now) {
        const auto old = before.find(id);
        if (old == before.end())
            affect(name);
        else if (old->second != name)
            renamed[name] = old->second;
    }
    for (const auto& [name, old] : renamed) {
        const auto above = renamed.find(parent_of(name));
        const bool came_along = above != renamed.end() && above->second == parent_of(old);
        if (!came_along)
            changed[name] = old;
    }
    return changed;
}

Awaitable<Result<>> tell_names(Session& session, NotifiedAccount& account)
{
    CO_TRY(auto now, co_await names_in(session, account));
    const auto changed = differences(account.names, now);
    account.names = std::move(now);
    const auto& notify = *session.notify;
    for (const auto& [name, old] : changed) {
        const auto events = notify.events_of(name, account.prefix.empty());
        if (events.has(NotifyEvent::MailboxName) && !notify.is_caused(name))
            co_await put_name(session, account, name, old);
    }
    co_return ok();
}

/// Items for what happened in a mailbox that is not selected. §5.1 to §5.3
std::vector<StatusItem> items_for(const Session& session, NotifyEvents events)
{
    std::vector<StatusItem> items;
    if (events.has(NotifyEvent::MessageNew) || events.has(NotifyEvent::MessageExpunge)) {
        items.push_back(StatusItem::Messages);
        items.push_back(StatusItem::UidNext);
    }
    items.push_back(StatusItem::UidValidity);
    items.push_back(StatusItem::Unseen);
    if (session.has_condstore)
        items.push_back(StatusItem::HighestModSeq);
    return items;
}

bool is_selected(const Session& session, const NotifiedAccount& account, MailboxId mailbox)
{
    return session.view && session.view->account().id() == account.account->id() &&
           session.view->mailbox() == mailbox;
}

Awaitable<Result<>> tell_messages(Session& session, const NotifiedAccount& account,
                                  MailboxId mailbox, NotifyEvents happened)
{
    const auto name = account.names.find(mailbox);
    if (name == account.names.end() || is_selected(session, account, mailbox))
        co_return ok();
    const auto wanted = session.notify->events_of(name->second, account.prefix.empty());
    NotifyEvents told;
    told.bits = happened.bits & wanted.bits;
    if (told.bits == 0)
        co_return ok();
    const auto located =
        co_await find_mailbox(session, name->second, store::MailboxRight::Read);
    if (!located && (located.error().code() == Errc::NotFound ||
                     located.error().code() == Errc::Denied))
        co_return ok(); // gone meanwhile, or not to be read
    if (!located)
        co_return located.error();
    co_return co_await put_status(session, *located, items_for(session, told));
}

/// "* METADATA INBOX /shared/comment /private/comment". §5.6, §5.7; RFC 5464 §4.4.2
void tell_metadata(Session& session, const NotifiedAccount& account,
                   const store::ChangeEntry& entry)
{
    const auto& notify = *session.notify;
    const bool is_server = entry.mailbox == MailboxId{};
    const auto at = account.names.find(entry.mailbox);
    if (is_server ? !account.prefix.empty() : at == account.names.end())
        return;
    const std::string name = is_server ? "" : at->second;
    const bool wanted =
        is_server ? notify.events().has(NotifyEvent::ServerMetadataChange)
                  : notify.events_of(name, account.prefix.empty())
                        .has(NotifyEvent::MailboxMetadataChange);
    std::string entries;
    for (const auto& changed : entry.names) {
        if (changed.starts_with("/private/") && entry.reader != session.account->id())
            continue;
        entries += ' ';
        put_astring(entries, changed);
    }
    if (!wanted || entries.empty() || notify.is_caused(name))
        return;
    session.out += "* METADATA ";
    put_mailbox(session.out, name, session.delimiter(), session.names());
    session.out.append(entries).append("\r\n");
}

/// Errors: OverQuota (more happened than can be told), those of the store.
Awaitable<Result<>> tell_account(Session& session, NotifiedAccount& account)
{
    CO_TRY(auto changes, co_await account.account->changes_since(account.seen));
    if (changes.truncated || changes.entries.size() > kNotifyChanges)
        co_return Error(Errc::OverQuota, "more happened than can be told");
    account.seen = changes.up_to;
    const auto happened = digest(std::move(changes.entries));
    if (happened.names)
        CO_TRY_VOID(co_await tell_names(session, account));
    for (const auto& [mailbox, events] : happened.messages) {
        CO_TRY_VOID(co_await tell_messages(session, account, mailbox, events));
        if (is_full(session))
            co_await flush(session);
    }
    for (const auto& entry : happened.metadata)
        tell_metadata(session, account, entry);
    co_return ok();
}

/// RFC 5465 §5.5. Subscriptions are names of any account, kept by the user's own.
Awaitable<Result<>> tell_subscriptions(Session& session)
{
    auto& notify = *session.notify;
    CO_TRY(const auto read, co_await session.account->subscriptions());
    const std::set<std::string> now(read.begin(), read.end());
    if (now == notify.subscriptions)
        co_return ok();
    std::vector<std::string> changed;
    std::set_symmetric_difference(now.begin(), now.end(), notify.subscriptions.begin(),
                                  notify.subscriptions.end(), std::back_inserter(changed));
    std::vector<std::string> wanted;
    const auto choose = [&] {
        for (const auto& name : changed)
            if (notify.events_of(name, true).has(NotifyEvent::SubscriptionChange))
                wanted.push_back(name);
    };
    choose(); // as it was, and as it is: a filter may be about subscribed mailboxes
    notify.subscriptions = now;
    choose();
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    for (const auto& name : wanted)
        if (!notify.is_caused(name))
            co_await put_name(session, notify.accounts.front(), name, "");
    co_return ok();
}

Awaitable<Result<>> tell_all(Session& session)
{
    auto& notify = *session.notify;
    if (notify.accounts.empty())
        co_return ok();
    CO_TRY_VOID(co_await tell_subscriptions(session));
    for (std::size_t i = 0; i < notify.accounts.size(); ++i) {
        if (notify.accounts[i].account->highest_mod_seq() > notify.accounts[i].seen)
            CO_TRY_VOID(co_await tell_account(session, notify.accounts[i]));
    }
    co_return ok();
}

} // namespace

Awaitable<> tell_others(Session& session)
{
    const auto told = co_await tell_all(session);
    session.notify->caused.clear();
    if (told)
        co_return;
    if (told.error().code() != Errc::OverQuota)
        log::error("imap", "notifications ended", {{"user", session.user},
                                                   {"error", to_string(told.error())}});
    session.notify->stop(); // RFC 5465 §5.8
    session.out += "* OK [NOTIFICATIONOVERFLOW] Notifications are off, ask again\r\n";
}

Awaitable<> tell_changes(Session& session, bool in_command)
{
    const auto* group = session.notify ? session.notify->selected() : nullptr;
    const bool holds = !in_command && group != nullptr &&
                       group->filter == NotifyGroup::Filter::SelectedDelayed; // §6.1.2
    const auto expunges = holds ? Expunges::Hold : Expunges::Tell;
    const bool may_tell = in_command || !session.notify || session.notify->is_asked();
    if (may_tell && tells_messages(session) && needs_sync(session, expunges))
        co_await sync(session, expunges);
    if (session.notify)
        co_await tell_others(session);
}

} // namespace mailctl::imap
