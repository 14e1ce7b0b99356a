// Parses NOTIFY.
#include "core/imap/notify_request.h"

#include <algorithm>
#include <string_view>

namespace mailctl::imap {
namespace {

using Filter = NotifyGroup::Filter;

struct NamedEvent {
    std::string_view name;
    NotifyEvent event;
};
constexpr NamedEvent kEvents[] = {
    {"MessageNew", NotifyEvent::MessageNew},
    {"MessageExpunge", NotifyEvent::MessageExpunge},
    {"FlagChange", NotifyEvent::FlagChange},
    {"MailboxName", NotifyEvent::MailboxName},
    {"SubscriptionChange", NotifyEvent::SubscriptionChange},
    {"MailboxMetadataChange", NotifyEvent::MailboxMetadataChange},
    {"ServerMetadataChange", NotifyEvent::ServerMetadataChange},
};

struct NamedFilter {
    std::string_view name;
    Filter filter;
};
constexpr NamedFilter kFilters[] = {
    {"selected", Filter::Selected},     {"selected-delayed", Filter::SelectedDelayed},
    {"inboxes", Filter::Inboxes},       {"personal", Filter::Personal},
    {"subscribed", Filter::Subscribed}, {"subtree", Filter::Subtree},
    {"subtree-one", Filter::SubtreeOne}, {"mailboxes", Filter::Mailboxes},
};

/// "(" fetch-att *(SP fetch-att) ")": only where messages of the selected mailbox are told.
Result<> parse_items(Lexer& args, NotifyGroup& group)
{
    TRY_VOID(args.space());
    if (!group.is_selected())
        return Error(Errc::Invalid, "Fetch items are for the selected mailbox");
    TRY(group.items, parse_fetch_items(args));
    return ok();
}

Result<> parse_event(Lexer& args, NotifyGroup& group, NotifyRequest& request)
{
    for (const auto& named : kEvents) {
        if (!args.accept_word(named.name))
            continue;
        group.events.add(named.event);
        if (named.event == NotifyEvent::MessageNew && args.rest().starts_with(" ("))
            return parse_items(args, group);
        return ok();
    }
    TRY_VOID(args.atom()); // of another extension
    request.has_unknown_event = true;
    return ok();
}

/// RFC 5465 §5, §6.1: which events go together.
Result<> check_events(const NotifyGroup& group)
{
    const auto events = group.events;
    const bool news = events.has(NotifyEvent::MessageNew);
    if (news != events.has(NotifyEvent::MessageExpunge))
        return Error(Errc::Invalid, "MessageNew and MessageExpunge go together");
    if (events.has(NotifyEvent::FlagChange) && !news)
        return Error(Errc::Invalid, "FlagChange goes with MessageNew and MessageExpunge");
    NotifyEvents others;
    others.bits = events.bits & static_cast<std::uint8_t>(~7);
    if (group.is_selected() && others.bits != 0)
        return Error(Errc::Invalid, "Only message events of the selected mailbox");
    return ok();
}

/// events = ( "(" event *(SP event) ")" ) / "NONE"
Result<> parse_events(Lexer& args, NotifyGroup& group, NotifyRequest& request)
{
    if (args.accept_word("NONE"))
        return ok();
    TRY_VOID(args.expect('('));
    do {
        TRY_VOID(parse_event(args, group, request));
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    return request.has_unknown_event ? ok() : check_events(group);
}

/// one-or-more-mailbox = mailbox / "(" mailbox *(SP mailbox) ")"
Result<> parse_names(Lexer& args, NotifyGroup& group)
{
    TRY_VOID(args.space());
    const bool many = args.accept('(');
    do {
        TRY(auto name, args.mailbox());
        group.names.push_back(std::move(name));
    } while (many && args.accept(' '));
    return many ? args.expect(')') : ok();
}

/// event-group = "(" filter-mailboxes SP events ")"
Result<NotifyGroup> parse_group(Lexer& args, NotifyRequest& request)
{
    NotifyGroup group;
    TRY_VOID(args.expect('('));
    const auto* filter = std::find_if(std::begin(kFilters), std::end(kFilters),
                                      [&args](const auto& f) { return args.accept_word(f.name); });
    if (filter == std::end(kFilters))
        return Error(Errc::Invalid, "Unknown mailbox filter");
    group.filter = filter->filter;
    if (group.filter >= Filter::Subtree)
        TRY_VOID(parse_names(args, group));
    TRY_VOID(args.space());
    TRY_VOID(parse_events(args, group, request));
    TRY_VOID(args.expect(')'));
    return group;
}

} // namespace

Result<NotifyRequest> parse_notify(Lexer& args)
{
    NotifyRequest request;
    TRY_VOID(args.space());
    if (args.accept_word("NONE")) {
        TRY_VOID(args.end());
        return request;
    }
    if (!args.accept_word("SET"))
        return Error(Errc::Invalid, "SET or NONE expected");
    TRY_VOID(args.space());
    if (args.accept_word("STATUS")) {
        request.wants_status = true;
        TRY_VOID(args.space());
    }
    std::size_t names = 0, selected = 0;
    do {
        TRY(auto group, parse_group(args, request));
        names += group.names.size();
        selected += group.is_selected();
        request.groups.push_back(std::move(group));
    } while (args.accept(' '));
    TRY_VOID(args.end());
    if (selected > 1)
        return Error(Errc::Invalid, "One filter of the selected mailbox");
    request.is_too_large = request.groups.size() > kNotifyGroups || names > kNotifyNames;
    return request;
}

} // namespace mailctl::imap
