// NAMESPACE: where mailboxes live.
#include "conf/config.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/sharing/place.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

/// "((prefix delimiter))"; NIL where there is no such namespace.
void put_namespace(Session& session, std::string prefix, bool is_there)
{
    if (!is_there) {
        session.out += "NIL";
        return;
    }
    session.out += "((";
    if (prefix.empty())
        session.out += "\"\"";
    else
        put_mailbox(session.out, prefix + store::kHierarchyDelimiter, session.delimiter(),
                    session.names());
    session.out += ' ';
    put_string(session.out, std::string(1, session.delimiter()));
    session.out += "))";
}

} // namespace

/// RFC 2342 §5: the personal one, that of other users, that of public folders.
Awaitable<Completion> on_namespace(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY_VOID(invocation.args.end());
    const auto others = co_await sees_others(session);
    if (!others)
        co_return refuse(others.error());
    const auto& sharing = session.config().sharing;
    session.out += "* NAMESPACE ";
    put_namespace(session, "", true);
    session.out += ' ';
    put_namespace(session, sharing.other_users, *others);
    session.out += ' ';
    put_namespace(session, sharing.public_root, !sharing.public_owner.empty());
    session.out += "\r\n";
    co_return Completion::ok("NAMESPACE completed");
}

} // namespace mailctl::imap
