// UNAUTHENTICATE: another user may log in on the same connection.
#include <utility>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/imap/server/commands.h"

namespace mailctl::imap {

/// RFC 8437 §2: everything but the connection and its TLS is as it was at the greeting, also what
/// ENABLE and ID said.
Completion on_unauthenticate(Session& session, Invocation& invocation)
{
    PARSE_TRY_VOID(invocation.args.end());
    log::info("imap", "logout", {{"user", session.user}});
    session.select(nullptr);
    session.notify.reset();
    session.account.reset();
    session.user.clear();
    session.own = {};
    if (session.full_services)
        session.services = std::exchange(session.full_services, nullptr);
    session.is_read_only = false;
    session.has_condstore = false;
    session.has_qresync = false;
    session.is_rev2 = false;
    session.has_utf8 = false;
    session.is_uid_only = false;
    session.collation = mime::Collation::UnicodeCasemap;
    session.extensions = extensions_for(session, session.config().imap);
    session.info->set_user("");
    session.info->set_client("");
    session.state = State::NotAuthenticated;
    return Completion::ok("UNAUTHENTICATE completed");
}

} // namespace mailctl::imap
