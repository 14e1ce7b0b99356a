// STORE: changes flags.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/imap/server/commands.h"
#include "core/imap/server/flags.h"
#include "core/imap/server/mod_seq.h"
#include "core/imap/server/selected/expunge.h"
#include "core/imap/server/selected/message_set.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kStoredAtOnce = 16'384; // messages told of together: one commit takes as many

struct StoreArguments {
    std::optional<ModSeq> unchanged_since; ///< RFC 7162 §3.1.3
    store::FlagChange change = store::FlagChange::Replace;
    bool is_silent = false;
    FlagList flags;
};

/// "(" "UNCHANGEDSINCE" SP mod-sequence-valzer ")" SP: RFC 7162 §7
Result<ModSeq> parse_unchanged_since(Lexer& args)
{
    if (!args.accept_word("UNCHANGEDSINCE"))
        return Error(Errc::Invalid, "Unknown store modifier");
    TRY_VOID(args.space());
    TRY(const auto mod_seq, args.mod_seq());
    TRY_VOID(args.expect(')'));
    TRY_VOID(args.space());
    return mod_seq;
}

/// [store-modifier] (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
Result<StoreArguments> parse_store(Lexer& args)
{
    StoreArguments arguments;
    if (args.accept('(')) {
        TRY(arguments.unchanged_since, parse_unchanged_since(args));
    }
    if (args.accept('+'))
        arguments.change = store::FlagChange::Add;
    else if (args.accept('-'))
        arguments.change = store::FlagChange::Remove;
    arguments.is_silent = args.accept_word("FLAGS.SILENT");
    if (!arguments.is_silent && !args.accept_word("FLAGS"))
        return Error(Errc::Invalid, "Unknown store item");
    TRY_VOID(args.space());
    TRY(arguments.flags, parse_store_flags(args));
    TRY_VOID(args.end());
    return arguments;
}

/// Nothing where it is silent and nobody asked for mod-sequences. RFC 7162 §3.1.3
void put_row(Session& session, const store::MessageRow& row, bool by_uid, bool is_silent,
             const std::vector<std::string>& keywords)
{
    if (is_silent && !session.has_condstore)
        return;
    if (!session.view->number_of(row.uid))
        return;
    const char* before = "";
    if (by_uid || session.has_qresync) // RFC 3501 §6.4.8, RFC 7162 §3.2.4
        put_fetch_start_with_uid(session, row.uid);
    else
        put_fetch_start(session, row.uid);
    if (!is_silent) {
        session.out.append(before).append("FLAGS ");
        put_flags(session.out, row.flags, session.view->is_recent(row.uid), keywords);
        before = " ";
    }
    if (session.has_condstore) {
        session.out += before;
        put_mod_seq(session.out, row.mod_seq);
    }
    session.out += ")\r\n";
}

/// The bits to change, of those that the user has a right to. Only names that exist already can be taken away.
Awaitable<Result<store::Flags>> resolve(Session& session, StoreArguments& arguments)
{
    const auto& view = *session.view;
    store::Flags flags;
    if (arguments.change == store::FlagChange::Remove || !view.may(store::MailboxRight::Write)) {
        CO_TRY(flags, co_await known_flags(view.account(), std::move(arguments.flags)));
    } else {
        CO_TRY(flags, co_await intern_flags(view.account(), std::move(arguments.flags)));
    }
    co_return permitted_flags(view.rights, flags);
}

/// True where the command names something that the user may change. RFC 4314 §4: one flag is enough.
bool may_store(const View& view, const StoreArguments& arguments)
{
    store::Flags all;
    all.system = arguments.change == store::FlagChange::Replace ? 0xFF : arguments.flags.system;
    const bool has_keyword =
        arguments.change == store::FlagChange::Replace || !arguments.flags.keywords.empty();
    return permitted_flags(view.rights, all).system != 0 ||
           (has_keyword && view.rights.has(store::MailboxRight::Write)) ||
           (all.system == 0 && !has_keyword);
}

/// FLAGS by somebody who may not change all of them: what may go goes, what may come comes, and the
/// rest stays.
Awaitable<Result<store::FlagsUpdated>> replace_permitted(const View& view,
                                                         store::FlagsUpdate update)
{
    store::Flags all;
    all.system = 0xFF;
    all.keywords.fill(~std::uint64_t{0});
    auto removal = update;
    removal.change = store::FlagChange::Remove;
    removal.flags = permitted_flags(view.rights, all);
    removal.flags.system &= static_cast<std::uint8_t>(~update.flags.system);
    for (std::size_t i = 0; i < all.keywords.size(); ++i)
        removal.flags.keywords[i] &= ~update.flags.keywords[i];
    CO_TRY(auto removed, co_await view.account().update_flags(view.mailbox(), std::move(removal)));
    update.change = store::FlagChange::Add;
    update.unchanged_since.reset(); // it was asked above
    update.uids.clear();
    for (const auto& row : removed.rows)
        update.uids.push_back(row.uid);
    CO_TRY(auto added, co_await view.account().update_flags(view.mailbox(), std::move(update)));
    added.modified = std::move(removed.modified);
    co_return added;
}

Awaitable<Result<store::FlagsUpdated>> update_flags(const View& view, store::FlagsUpdate update)
{
    using enum store::MailboxRight;
    if (update.change == store::FlagChange::Replace &&
        !view.rights.has_all(Seen | Write | DeleteMessages))
        co_return co_await replace_permitted(view, std::move(update));
    co_return co_await view.account().update_flags(view.mailbox(), std::move(update));
}

/// What came of it.
struct Outcome {
    std::size_t found = 0;      ///< messages that were still there
    std::vector<Uid> modified;  ///< those that failed UNCHANGEDSINCE, ascending
};

/// "MODIFIED 7,9". RFC 7162 §3.1.3
std::string modified_code(const Session& session, const std::vector<Uid>& uids, bool by_uid)
{
    std::vector<std::uint32_t> numbers;
    for (const auto uid : uids)
        numbers.push_back(by_uid ? value_of(uid) : session.view->number_of(uid).value_or(0));
    std::string code;
    if (!numbers.empty()) {
        code = "MODIFIED ";
        put_number_set(code, numbers);
    }
    return code;
}

/// RFC 9051 §6.4.3, but: for users who want that, what is marked goes without EXPUNGE. IMA-07
bool expunges_at_once(const Session& session, const StoreArguments& arguments)
{
    return session.own.deletes == conf::DeleteMail::Expunge && session.view->prefix.empty() &&
           arguments.change != store::FlagChange::Remove &&
           (arguments.flags.system & static_cast<std::uint8_t>(store::SystemFlag::Deleted)) != 0 &&
           session.view->may(store::MailboxRight::Expunge);
}

/// Changes and tells.
Awaitable<Result<Outcome>> change_flags(Session& session, std::vector<Uid> uids,
                                            StoreArguments arguments, bool by_uid)
{
    CO_TRY(const auto flags, co_await resolve(session, arguments));
    CO_TRY(const auto keywords, co_await session.view->account().keywords());
    put_new_keywords(session, keywords);
    const auto exactly = arguments.is_silent ? View::Exactly::Yes : View::Exactly::No;
    Outcome outcome;
    for (std::size_t at = 0; at < uids.size(); at += kStoredAtOnce) {
        store::FlagsUpdate update;
        const auto end = std::min(uids.size(), at + kStoredAtOnce);
        update.uids.assign(uids.begin() + static_cast<std::ptrdiff_t>(at),
                           uids.begin() + static_cast<std::ptrdiff_t>(end));
        update.change = arguments.change;
        update.flags = flags;
        update.unchanged_since = arguments.unchanged_since;
        const auto before = session.view->account().highest_mod_seq();
        CO_TRY(const auto updated, co_await update_flags(*session.view, std::move(update)));
        outcome.found += updated.rows.size() + updated.modified.size();
        outcome.modified.insert(outcome.modified.end(), updated.modified.begin(),
                                updated.modified.end());
        for (const auto& row : updated.rows) {
            if (!arguments.is_silent || row.mod_seq > before) // else it changed nothing, and is another's
                session.view->told(row.uid, row.mod_seq, exactly);
            put_row(session, row, by_uid, arguments.is_silent, keywords);
            if (is_full(session))
                co_await flush(session);
        }
    }
    co_return outcome;
}

} // namespace

/// RFC 3501 §6.4.6. By message number, one that another session expunged is NO (RFC 2180 §4.2).
Awaitable<Completion> on_store(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(auto uids, parse_messages(session, invocation));
    CO_PARSE_TRY(auto arguments, parse_store(invocation.args));
    if (session.view->is_read_only())
        co_return Completion::no("READ-ONLY", "Mailbox is read-only");
    if (!may_store(*session.view, arguments))
        co_return refuse(Error(Errc::Denied, "no right to change these flags"));
    session.has_condstore = session.has_condstore || arguments.unchanged_since;
    const auto wanted = uids.size();
    const bool by_uid = invocation.by_uid, is_silent = arguments.is_silent;
    std::vector<Uid> marked;
    if (expunges_at_once(session, arguments))
        marked = uids;
    const auto outcome =
        co_await change_flags(session, std::move(uids), std::move(arguments), by_uid);
    if (!outcome && outcome.error().code() == Errc::OverQuota)
        co_return Completion::no("LIMIT", "Too many keywords");
    if (!outcome)
        co_return refuse(outcome.error());
    if (!marked.empty()) { // RFC 9051 §7.5.1 has EXPUNGE wait where messages have numbers
        const auto expunged = co_await expunge_deleted(session, std::move(marked));
        if (!expunged)
            co_return refuse(expunged.error());
    }
    auto code = modified_code(session, outcome->modified, by_uid);
    if (outcome->found < wanted && !by_uid && is_silent && code.empty()) // RFC 2180 §4.2.1
        co_return Completion::ok("EXPUNGEISSUED", "Some messages are gone");
    if (outcome->found < wanted && !by_uid)
        co_return Completion::no(code.empty() ? "EXPUNGEISSUED" : code, "Some messages are gone");
    if (!code.empty())
        co_return Completion::ok(std::move(code), "Some messages changed meanwhile");
    co_return Completion::ok("STORE completed");
}

} // namespace mailctl::imap
