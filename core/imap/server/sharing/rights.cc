// MYRIGHTS and LISTRIGHTS: what a user may do, and what somebody could be allowed.
#include <utility>

#include "core/imap/server/commands.h"
#include "core/imap/server/sharing/identifier.h"
#include "core/imap/server/sharing/place.h"
#include "core/imap/server/sharing/rights_text.h"
#include "core/imap/write.h"

namespace mailctl::imap {

using store::MailboxRight;

void put_rights(std::string& out, store::MailboxRights rights)
{
    auto letters = store::to_string(rights);
    if (rights.has_any(MailboxRight::Create | MailboxRight::Delete))
        letters += 'c';
    if (rights.has_any(MailboxRight::DeleteMessages | MailboxRight::Expunge))
        letters += 'd';
    put_astring(out, letters);
}

void put_my_rights(Session& session, const Located& located)
{
    session.out += "* MYRIGHTS ";
    put_mailbox(session.out, located.name(), session.delimiter(), session.names());
    session.out += ' ';
    put_rights(session.out, located.rights);
    session.out += "\r\n";
}

/// RFC 4314 §3.5. Any of "lrikxa" is enough to ask (§4).
Awaitable<Completion> on_my_rights(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.end());
    const auto located = co_await find_mailbox(session, std::move(name), kNoRightNeeded);
    if (!located)
        co_return refuse(located.error());
    using enum MailboxRight;
    if (!located->rights.has_any(Lookup | Read | Insert | Create | Delete | Administer))
        co_return refuse(Error(Errc::NotFound, "no such mailbox"));
    put_my_rights(session, *located);
    co_return Completion::ok("MYRIGHTS completed");
}

/// RFC 4314 §3.4. No right is tied to another; the owner has them all, always.
Awaitable<Completion> on_list_rights(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto identifier, args.astring());
    CO_PARSE_TRY_VOID(check_identifier(identifier));
    CO_PARSE_TRY_VOID(args.end());
    const auto located = co_await find_mailbox(session, std::move(name), MailboxRight::Administer);
    if (!located)
        co_return refuse(located.error());
    const auto who = co_await subject_for(session, identifier);
    if (!who && who.error().code() != Errc::NotFound && who.error().code() != Errc::Invalid)
        co_return refuse(who.error());
    if (!who)
        co_return Completion::no("CANNOT", "No such identifier");
    session.out += "* LISTRIGHTS ";
    put_mailbox(session.out, located->name(), session.delimiter(), session.names());
    session.out += ' ';
    put_astring(session.out, identifier);
    const bool is_owner = who->kind == store::AclSubject::Kind::User &&
                          who->account == located->account->id();
    session.out += is_owner ? " lrswipkxteacd\r\n" : " \"\" l r s w i p k x t e a c d\r\n";
    co_return Completion::ok("LISTRIGHTS completed");
}

} // namespace mailctl::imap
