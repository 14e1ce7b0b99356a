// LIST: mailboxes that match a pattern.
#include <algorithm>
#include <map>
#include <utility>

#include "core/imap/mailbox_pattern.h"
#include "core/imap/server/authenticated/list_request.h"
#include "core/imap/server/authenticated/listing.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/metadata/annotations.h"
#include "core/imap/server/sharing/place.h"
#include "core/imap/server/sharing/rights_text.h"
#include "core/imap/server/special_use.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

/// One line of the answer: a mailbox, a level above one that is none itself, or a subscribed name
/// whose mailbox is gone.
struct Level {
    const Located* located = nullptr; // nullptr: there is none
    bool has_children = false;
    bool is_subscribed = false;
    bool is_selected = false;      // by the request's selection options
    bool is_above_selected = false;
    bool is_above_untold = false;  // of them, one that the patterns leave out
};
using Levels = std::map<std::string, Level>;

template <class Visit>
void visit_parents(const std::string& name, Visit visit)
{
    for (auto at = name.rfind('/'); at != std::string::npos && at != 0; at = name.rfind('/', at - 1))
        visit(name.substr(0, at));
}

/// All mailboxes and every level above them, by name. Borrows: the mailboxes.
Levels levels_of(const std::vector<Located>& mailboxes)
{
    Levels levels;
    for (const auto& located : mailboxes) {
        const auto name = located.name();
        levels[name].located = &located;
        visit_parents(name,
                      [&levels](const auto& parent) { levels[parent].has_children = true; });
    }
    return levels;
}

bool is_wanted(const std::vector<std::string>& patterns, const std::string& name)
{
    return std::any_of(patterns.begin(), patterns.end(), [&name](const auto& pattern) {
        return matches_pattern(pattern, name, store::kHierarchyDelimiter);
    });
}

/// Says what the selection options choose, and what is above that. RFC 5258 §3.1
void select_levels(Levels& levels, const ListRequest& request,
                   const std::vector<std::string>& patterns,
                   const std::vector<std::string>& subscriptions)
{
    for (const auto& name : subscriptions)
        if (request.only_subscribed || levels.contains(name))
            levels[name].is_subscribed = true;
    std::vector<std::string> selected;
    for (auto& [name, level] : levels) {
        const bool special =
            level.located != nullptr && !attribute_of(level.located->mailbox.role).empty();
        level.is_selected = (!request.only_subscribed || level.is_subscribed) &&
                            (!request.only_special_use || special);
        if (level.is_selected && request.recursive_match)
            selected.push_back(name);
    }
    for (const auto& name : selected) {
        const bool is_told = is_wanted(patterns, name);
        visit_parents(name, [&levels, is_told](const auto& parent) {
            auto& level = levels[parent];
            level.is_above_selected = true;
            level.is_above_untold = level.is_above_untold || !is_told;
        });
    }
}

/// The special use as this command names it.
std::string_view use_of(const Session& session, const ListRequest& request, const Level& level)
{
    const auto role = level.located->mailbox.role;
    if (request.is_xlist)
        return xlist_attribute_of(role);
    return session.offers(Extension::SpecialUse) ? attribute_of(role) : std::string_view();
}

void put_level(Session& session, const ListRequest& request, const std::string& name,
               const Level& level)
{
    std::string attributes;
    if (session.offers(Extension::Children)) // RFC 3348
        attributes = level.has_children ? "\\HasChildren" : "\\HasNoChildren";
    if (level.located == nullptr)
        attributes += request.is_extended || session.is_rev2 ? " \\NonExistent" : " \\Noselect"; // RFC 5258 §4
    else if (const auto use = use_of(session, request, level); !use.empty())
        attributes.append(" ").append(use);
    if (request.tells_subscribed && level.is_subscribed)
        attributes += " \\Subscribed";
    std::string extended;
    if (level.is_above_selected) // RFC 5258 §3.5
        extended = request.only_subscribed ? " (\"CHILDINFO\" (\"SUBSCRIBED\"))"
                                           : " (\"CHILDINFO\" (\"SPECIAL-USE\"))";
    if (attributes.starts_with(' '))
        attributes.erase(0, 1);
    put_listed(session, request.is_xlist ? "XLIST" : "LIST", attributes, name, extended);
}

/// What may be told of a mailbox beside its name.
Awaitable<Result<>> put_extras(Session& session, const ListRequest& request, const Located& located)
{
    if (!request.status.empty() && located.rights.has(store::MailboxRight::Read)) // RFC 5819 §2
        CO_TRY_VOID(co_await put_status(session, located, request.status));
    if (request.tells_my_rights) // RFC 8440 §3
        put_my_rights(session, located);
    if (!request.metadata.empty() && may_annotate(located.rights)) { // RFC 9590 §3
        CO_TRY(const auto entries, co_await annotations(session, located));
        put_metadata(session, located.name(), pick_entries(entries, request.metadata));
    }
    co_return ok();
}

Awaitable<Result<>> put_levels(Session& session, const ListRequest& request,
                               const std::vector<std::string>& patterns, const Levels& levels)
{
    for (const auto& [name, level] : levels) {
        // RFC 5258 §5, example 9: a parent stands only for children that are not listed themselves.
        if (!(level.is_selected || level.is_above_untold) || !is_wanted(patterns, name))
            continue;
        put_level(session, request, name, level);
        if (level.located != nullptr)
            CO_TRY_VOID(co_await put_extras(session, request, *level.located));
        if (is_full(session))
            co_await flush(session);
    }
    co_return ok();
}

} // namespace

Result<std::string> parse_pattern(Lexer& args, std::string* reference)
{
    TRY_VOID(args.space());
    TRY(*reference, args.mailbox());
    TRY_VOID(args.space());
    TRY(auto pattern, args.list_mailbox());
    TRY_VOID(args.end());
    return pattern;
}

void put_listed(Session& session, std::string_view response, std::string_view attributes,
                std::string_view name, std::string_view extended)
{
    auto& out = session.out;
    out.append("* ").append(response).append(" (").append(attributes).append(") ");
    put_string(out, std::string(1, session.delimiter()));
    out += ' ';
    put_mailbox(out, name, session.delimiter(), session.names());
    out.append(extended).append("\r\n");
}

/// RFC 3501 §6.3.8, RFC 5258; attributes of RFC 3348 and RFC 6154 §2.
Awaitable<Completion> on_list(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(const auto request, parse_list(invocation.args));
    if (request.is_extended && !session.offers(Extension::ListExtended))
        co_return Completion::bad("Unknown list option");
    co_return co_await list_mailboxes(session, request);
}

Awaitable<Completion> list_mailboxes(Session& session, const ListRequest& request)
{
    const auto* done = request.is_xlist ? "XLIST completed" : "LIST completed";
    if (!request.is_extended && request.patterns.front().empty()) { // the delimiter and the root
        put_listed(session, request.is_xlist ? "XLIST" : "LIST", "\\Noselect", "");
        co_return Completion::ok(done);
    }
    std::vector<std::string> patterns;
    for (const auto& pattern : request.patterns)
        patterns.push_back(join_reference(request.reference, pattern, store::kHierarchyDelimiter));
    const auto mailboxes =
        co_await visible_mailboxes(session, namespaces_of(session, patterns));
    if (!mailboxes)
        co_return refuse(mailboxes.error());
    const auto subscriptions = co_await session.account->subscriptions();
    if (!subscriptions)
        co_return refuse(subscriptions.error());
    auto levels = levels_of(*mailboxes);
    select_levels(levels, request, patterns, *subscriptions);
    const auto told = co_await put_levels(session, request, patterns, levels);
    if (!told)
        co_return refuse(told.error());
    co_return Completion::ok(done);
}

} // namespace mailctl::imap
