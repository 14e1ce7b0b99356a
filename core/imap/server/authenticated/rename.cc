// RENAME: gives a mailbox and its children another name.
#include "core/imap/server/commands.h"
#include "core/imap/server/notify/notify.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::imap {

/// RFC 3501 §6.3.5, RFC 4314 §4. Between accounts nothing is renamed. Renaming INBOX moves its messages to a new mailbox.
Awaitable<Completion> on_rename(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto from, args.mailbox());
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto to, args.mailbox());
    CO_PARSE_TRY_VOID(args.end());
    const auto located = co_await find_mailbox(session, std::move(from), store::MailboxRight::Delete);
    if (!located)
        co_return refuse(located.error());
    auto place = co_await place_of(session, std::move(to));
    if (!place && place.error().code() != Errc::NotFound)
        co_return refuse(place.error());
    if (!place || place->account->id() != located->account->id())
        co_return Completion::no("CANNOT", "It stays with its owner");
    if (const auto allowed = co_await may_create(*place); !allowed)
        co_return refuse(allowed.error());
    note_caused(session, located->name());
    note_caused(session, place->prefix + place->name);
    const auto renamed =
        co_await place->account->rename_mailbox(located->mailbox.name, std::move(place->name));
    if (!renamed)
        co_return refuse(renamed.error());
    co_return Completion::ok("RENAME completed");
}

} // namespace mailctl::imap
