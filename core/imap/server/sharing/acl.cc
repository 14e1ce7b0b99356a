// GETACL, SETACL and DELETEACL: who else may do what in a mailbox.
#include <algorithm>
#include <utility>

#include "core/imap/server/commands.h"
#include "core/imap/server/sharing/identifier.h"
#include "core/imap/server/sharing/place.h"
#include "core/imap/server/sharing/rights_text.h"
#include "core/imap/write.h"
#include "store/store.h"

namespace mailctl::imap {
namespace {

using store::AclChange;
using store::MailboxRight;

/// ["+" / "-"] *right
struct Modification {
    AclChange how = AclChange::Set;
    store::MailboxRights rights;
};

Result<Modification> parse_modification(std::string_view text)
{
    Modification wanted;
    if (text.starts_with('+'))
        wanted.how = AclChange::Add;
    else if (text.starts_with('-'))
        wanted.how = AclChange::Remove;
    if (wanted.how != AclChange::Set)
        text.remove_prefix(1);
    TRY(wanted.rights, store::parse_mailbox_rights(text));
    return wanted;
}

/// Changes the list. The hint for LIST of the others is written before the list is.
Awaitable<Completion> change(Session& session, std::string mailbox, std::string identifier,
                             Modification wanted)
{
    const auto located =
        co_await find_mailbox(session, std::move(mailbox), MailboxRight::Administer);
    if (!located)
        co_return refuse(located.error());
    auto& store = *session.services->store;
    const auto who = co_await subject_for(session, std::move(identifier));
    if (!who && (who.error().code() == Errc::NotFound || who.error().code() == Errc::Invalid))
        co_return Completion::no("CANNOT", "No such identifier");
    if (!who)
        co_return refuse(who.error());
    const auto owner = located->account->id();
    if (who->kind == store::AclSubject::Kind::User && who->account == owner)
        co_return Completion::no("CANNOT", "The owner always has all rights");
    if (wanted.how == AclChange::Set || wanted.how == AclChange::Add) {
        const auto noted = co_await store::note_share(store.engine(), *who, owner);
        if (!noted)
            co_return refuse(noted.error());
    }
    const auto changed = co_await located->account->acls().change_acl(located->mailbox.id, *who,
                                                                      wanted.how, wanted.rights);
    if (!changed && changed.error().code() == Errc::OverQuota)
        co_return Completion::no("LIMIT", "Too many entries");
    if (!changed)
        co_return refuse(changed.error());
    co_return Completion::ok(wanted.how == AclChange::Drop ? "DELETEACL completed"
                                                           : "SETACL completed");
}

void put_entry(Session& session, const std::string& identifier, store::MailboxRights rights)
{
    session.out += ' ';
    put_astring(session.out, identifier);
    session.out += ' ';
    put_rights(session.out, rights);
}

/// The owner's entry and those of the list; users who are gone are left out.
Awaitable<Result<>> put_acl(Session& session, const Located& located)
{
    auto& directory = session.services->store->directory();
    CO_TRY(const auto acl, co_await located.account->acls().acl(located.mailbox.id));
    session.out += "* ACL ";
    put_mailbox(session.out, located.name(), session.delimiter(), session.names());
    CO_TRY(const auto owner, co_await owner_of(session, located));
    put_entry(session, owner, store::kAllMailboxRights);
    for (const auto& entry : acl.entries) {
        const auto identifier = co_await store::identifier_of(directory, entry.who);
        if (identifier)
            put_entry(session, *identifier, entry.rights);
        else if (identifier.error().code() != Errc::NotFound)
            co_return identifier.error();
    }
    session.out += "\r\n";
    co_return ok();
}

/// SP mailbox SP identifier
struct Target {
    std::string mailbox;
    std::string identifier;
};

Result<Target> parse_target(Lexer& args)
{
    Target target;
    TRY_VOID(args.space());
    TRY(target.mailbox, args.mailbox());
    TRY_VOID(args.space());
    TRY(target.identifier, args.astring());
    TRY_VOID(check_identifier(target.identifier));
    return target;
}

} // namespace

/// RFC 4314 §3.1.
Awaitable<Completion> on_set_acl(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY(auto target, parse_target(args));
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto text, args.astring());
    CO_PARSE_TRY_VOID(args.end());
    CO_PARSE_TRY(const auto wanted, parse_modification(text));
    co_return co_await change(session, std::move(target.mailbox), std::move(target.identifier),
                              wanted);
}

/// RFC 4314 §3.2.
Awaitable<Completion> on_delete_acl(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(auto target, parse_target(invocation.args));
    CO_PARSE_TRY_VOID(invocation.args.end());
    Modification drop;
    drop.how = AclChange::Drop;
    co_return co_await change(session, std::move(target.mailbox), std::move(target.identifier),
                              drop);
}

/// RFC 4314 §3.3.
Awaitable<Completion> on_get_acl(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.end());
    const auto located = co_await find_mailbox(session, std::move(name), MailboxRight::Administer);
    if (!located)
        co_return refuse(located.error());
    const auto told = co_await put_acl(session, *located);
    if (!told)
        co_return refuse(told.error());
    co_return Completion::ok("GETACL completed");
}

} // namespace mailctl::imap
