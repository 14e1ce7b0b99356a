// STORE: changes flags.
#include <algorithm>
#include <utility>
#include <vector>

#include "core/imap/server/commands.h"
#include "core/imap/server/flags.h"
#include "core/imap/server/selected/message_set.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kStoredAtOnce = 500; // messages of one commit

struct StoreArguments {
    store::FlagChange change = store::FlagChange::Replace;
    bool is_silent = false;
    FlagList flags;
};

/// (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
Result<StoreArguments> parse_store(Lexer& args)
{
    StoreArguments arguments;
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

void put_row(Session& session, const store::MessageRow& row, bool by_uid,
             const std::vector<std::string>& keywords)
{
    const auto number = session.view->number_of(row.uid);
    if (!number)
        return;
    session.out.append("* ").append(std::to_string(*number)).append(" FETCH (");
    if (by_uid) // RFC 3501 §6.4.8
        session.out.append("UID ").append(std::to_string(value_of(row.uid))).append(" ");
    session.out += "FLAGS ";
    put_flags(session.out, row.flags, session.view->is_recent(row.uid), keywords);
    session.out += ")\r\n";
}

/// The bits to change. Only names that exist already can be taken away.
Awaitable<Result<store::Flags>> resolve(Session& session, StoreArguments& arguments)
{
    if (arguments.change == store::FlagChange::Remove)
        co_return co_await known_flags(*session.account, std::move(arguments.flags));
    co_return co_await intern_flags(*session.account, std::move(arguments.flags));
}

/// Changes and tells; gives how many of the messages were still there.
Awaitable<Result<std::size_t>> change_flags(Session& session, std::vector<Uid> uids,
                                            StoreArguments arguments, bool by_uid)
{
    CO_TRY(const auto flags, co_await resolve(session, arguments));
    CO_TRY(const auto keywords, co_await session.account->keywords());
    put_new_keywords(session, keywords);
    const auto exactly = arguments.is_silent ? View::Exactly::Yes : View::Exactly::No;
    std::size_t found = 0;
    for (std::size_t at = 0; at < uids.size(); at += kStoredAtOnce) {
        store::FlagsUpdate update;
        const auto end = std::min(uids.size(), at + kStoredAtOnce);
        update.uids.assign(uids.begin() + static_cast<std::ptrdiff_t>(at),
                           uids.begin() + static_cast<std::ptrdiff_t>(end));
        update.change = arguments.change;
        update.flags = flags;
        CO_TRY(const auto updated,
               co_await session.account->update_flags(session.view->mailbox(), std::move(update)));
        found += updated.rows.size();
        for (const auto& row : updated.rows) {
            session.view->told(row.uid, row.mod_seq, exactly);
            if (!arguments.is_silent)
                put_row(session, row, by_uid, keywords);
        }
        if (is_full(session))
            co_await flush(session);
    }
    co_return found;
}

} // namespace

/// RFC 3501 §6.4.6. By message number, one that another session expunged is NO (RFC 2180 §4.2).
Awaitable<Completion> on_store(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(auto uids, parse_messages(session, invocation));
    CO_PARSE_TRY(auto arguments, parse_store(invocation.args));
    if (session.view->is_read_only())
        co_return Completion::no("READ-ONLY", "Mailbox is read-only");
    const auto wanted = uids.size();
    const bool by_uid = invocation.by_uid;
    const auto found =
        co_await change_flags(session, std::move(uids), std::move(arguments), by_uid);
    if (!found && found.error().code() == Errc::OverQuota)
        co_return Completion::no("LIMIT", "Too many keywords");
    if (!found)
        co_return refuse(found.error());
    if (*found < wanted && !by_uid)
        co_return Completion::no("EXPUNGEISSUED", "Some messages are gone");
    co_return Completion::ok("STORE completed");
}

} // namespace mailctl::imap
