// DELETE: removes a mailbox with its messages.
#include "core/imap/server/commands.h"
#include "core/imap/server/notify/notify.h"
#include "core/imap/server/selected/expunge.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::imap {

/// RFC 3501 §6.3.4, RFC 4314 §4. Children stay. INBOX cannot be deleted.
Awaitable<Completion> on_delete(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.end());
    const auto located = co_await find_mailbox(session, std::move(name), store::MailboxRight::Delete);
    if (!located)
        co_return refuse(located.error());
    if (located->mailbox.name == "INBOX")
        co_return Completion::no("CANNOT", "Not permitted");
    note_caused(session, located->name());
    const auto deleted = co_await located->account->delete_mailbox(located->mailbox.name);
    if (!deleted)
        co_return refuse(deleted.error());
    Deletion what;
    what.what = "mailbox deleted";
    what.mailbox = located->name();
    what.messages = located->mailbox.messages;
    what.octets = located->mailbox.octets;
    co_await record_deletion(session, std::move(what));
    co_return Completion::ok("DELETE completed");
}

} // namespace mailctl::imap
