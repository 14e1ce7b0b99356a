// ESEARCH: a search in several mailboxes, none of which need be selected.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/delivery/services.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/selected/matching.h"
#include "core/imap/server/sharing/place.h"
#include "core/imap/server/sync.h"
#include "core/imap/write.h"
#include "store/account.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kSourceNames = 100; // of one ESEARCH

/// source-mbox of RFC 7377 §2.2, with the filters of RFC 5465 §6.
struct Sources {
    bool selected = false, inboxes = false, personal = false, subscribed = false;
    std::vector<std::string> names, subtrees, one_level;

    bool is_selected_alone() const
    {
        return selected && !inboxes && !personal && !subscribed && names.empty() &&
               subtrees.empty() && one_level.empty();
    }
};

/// mailbox / "(" mailbox *(SP mailbox) ")"
Result<> parse_names(Lexer& args, std::vector<std::string>& names)
{
    TRY_VOID(args.space());
    const bool many = args.accept('(');
    do {
        if (names.size() == kSourceNames)
            return Error(Errc::Invalid, "Too many mailboxes");
        TRY(auto name, args.mailbox());
        names.push_back(std::move(name));
    } while (many && args.accept(' '));
    if (many)
        TRY_VOID(args.expect(')'));
    return ok();
}

Result<> parse_filter(Lexer& args, Sources& sources)
{
    bool* flag = args.accept_word("selected")     ? &sources.selected
                 : args.accept_word("inboxes")    ? &sources.inboxes
                 : args.accept_word("personal")   ? &sources.personal
                 : args.accept_word("subscribed") ? &sources.subscribed
                                                  : nullptr;
    if (flag != nullptr) {
        *flag = true;
        return ok();
    }
    if (args.accept_word("subtree"))
        return parse_names(args, sources.subtrees);
    if (args.accept_word("subtree-one"))
        return parse_names(args, sources.one_level);
    if (args.accept_word("mailboxes"))
        return parse_names(args, sources.names);
    return Error(Errc::Invalid, "Unknown source of a search");
}

/// ["IN" SP "(" filter *(SP filter) ")" SP]
Result<Sources> parse_sources(Lexer& args)
{
    Sources sources;
    if (!args.accept_word("IN")) {
        sources.selected = true;
        return sources;
    }
    TRY_VOID(args.space());
    TRY_VOID(args.expect('('));
    do {
        TRY_VOID(parse_filter(args, sources));
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    TRY_VOID(args.space());
    return sources;
}

bool has_name(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// True where `name` is one of the trees' tops or below it, at most `levels` down.
bool is_in(const std::vector<std::string>& trees, const std::string& name, std::size_t levels)
{
    return std::any_of(trees.begin(), trees.end(), [&](const auto& top) {
        if (name == top)
            return true;
        if (!name.starts_with(top + store::kHierarchyDelimiter))
            return false;
        const auto below = std::count(name.begin() + static_cast<std::ptrdiff_t>(top.size()),
                                      name.end(), store::kHierarchyDelimiter);
        return static_cast<std::size_t>(below) <= levels;
    });
}

bool is_selected(const Session& session, const Located& mailbox)
{
    return session.view && session.view->mailbox() == mailbox.mailbox.id &&
           session.view->account().id() == mailbox.account->id();
}

/// A mailbox that the user may not read is passed over, as one that is not there.
bool is_wanted(const Sources& sources, const Session& session, const Located& mailbox)
{
    if (!mailbox.rights.has(store::MailboxRight::Read))
        return false;
    const auto name = mailbox.name();
    const bool is_inbox = mailbox.is_own() && mailbox.mailbox.role == store::SpecialUse::Inbox;
    return (sources.personal && mailbox.is_own()) || (sources.inboxes && is_inbox) ||
           (sources.subscribed && mailbox.is_own() && mailbox.mailbox.subscribed) ||
           (sources.selected && is_selected(session, mailbox)) || has_name(sources.names, name) ||
           is_in(sources.subtrees, name, store::kMaxMailboxDepth) ||
           is_in(sources.one_level, name, 1);
}

/// Where to look: among the user's own mailboxes, and in other namespaces where a name leads there.
Awaitable<Result<std::vector<Located>>> find_sources(Session& session, const Sources& sources)
{
    std::vector<std::string> patterns = sources.names;
    for (const auto* trees : {&sources.subtrees, &sources.one_level})
        for (const auto& top : *trees)
            patterns.push_back(top + "*");
    if (sources.selected && session.view)
        patterns.push_back(session.view->prefix + "*");
    const auto namespaces = namespaces_of(session, patterns);
    CO_TRY(auto all, co_await visible_mailboxes(session, namespaces));
    std::erase_if(all, [&](const auto& each) { return !is_wanted(sources, session, each); });
    co_return all;
}

/// "$" is of the selected mailbox. Message numbers are of each mailbox: RFC 7377 §2.
bool names_saved(const SearchKey& key)
{
    return key.set.is_saved() ||
           std::any_of(key.children.begin(), key.children.end(), names_saved);
}

/// Searches one mailbox, and tells what matches. Nothing is told of a mailbox without a match
/// (RFC 7377 §2.1), nor of one that went meanwhile.
Awaitable<Result<>> search_one(Session& session, const Invocation& invocation,
                               const Located& mailbox, const SearchRequest& request)
{
    View fresh(mailbox.account, mailbox.mailbox, true);
    const bool selected = is_selected(session, mailbox);
    if (!selected) {
        const auto loaded = co_await load_view(fresh);
        if (!loaded && loaded.error().code() == Errc::NotFound)
            co_return ok();
        if (!loaded)
            co_return loaded.error();
    }
    // Of the selected one the client is told nothing that it does not know yet.
    const View& view = selected ? *session.view : fresh;
    const auto now = session.services->clock->now();
    const SearchAids aids(session.services->fts, session.progress);
    CO_TRY(const auto found, co_await matching(view.account(), view, request.key, now, aids));
    if (request.returns->save)
        save_found(*session.view, *request.returns, found);
    if (found.uids.empty() || request.returns->is_save_alone())
        co_return ok();
    std::string source = " MAILBOX ";
    put_mailbox(source, mailbox.name(), session.delimiter(), session.names());
    source.append(" UIDVALIDITY ").append(std::to_string(mailbox.mailbox.uid_validity));
    put_esearch(session, invocation, *request.returns, found, source);
    if (is_full(session))
        co_await flush(session);
    co_return ok();
}

/// Why these mailboxes cannot be searched so.
std::optional<Completion> fault_of_sources(const Session& session, const Sources& sources,
                                           const SearchRequest& request)
{
    if ((sources.selected || request.returns->update) && !session.view) // RFC 7377 §2.2
        return Completion::bad("No mailbox is selected");
    const bool alone = sources.is_selected_alone();
    if (request.returns->save && !alone) // RFC 7377 §2.2
        return Completion::bad("Nothing can be saved of several mailboxes");
    if (names_saved(request.key) && !alone)
        return Completion::bad("What is saved is of one mailbox");
    return fault_of(session, request);
}

Awaitable<Result<>> search_all(Session& session, const Invocation& invocation,
                               const Sources& sources, const SearchRequest& request)
{
    CO_TRY(const auto mailboxes, co_await find_sources(session, sources));
    if (mailboxes.empty() && request.returns->save) // it went, or may not be read any longer
        session.view->saved.clear();
    for (const auto& mailbox : mailboxes)
        CO_TRY_VOID(co_await search_one(session, invocation, mailbox, request));
    co_return ok();
}

} // namespace

/// RFC 7377 §2. Results are UIDs, a response a mailbox.
Awaitable<Completion> on_multi_search(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto sources, parse_sources(args));
    CO_PARSE_TRY(auto request, parse_search(args));
    compare_by(request.key, session.collation);
    if (!request.returns) {
        request.returns.emplace();
        request.returns->all = true;
    }
    if (auto fault = fault_of_sources(session, sources, request))
        co_return std::move(*fault);
    if (request.returns->update) { // RFC 5267 §4.3.1: of the selected mailbox alone
        session.out += "* NO [NOUPDATE ";
        put_string(session.out, invocation.tag);
        session.out += "] Changes in several mailboxes are not told\r\n";
    }
    invocation.by_uid = true;
    const auto searched = co_await search_all(session, invocation, sources, request);
    if (!searched && request.returns->save)
        session.view->saved.clear(); // RFC 5182 §2.1
    if (!searched)
        co_return refuse(searched.error());
    co_return Completion::ok("ESEARCH completed");
}

} // namespace mailctl::imap
