// ENABLE: a client asks for extensions that change what the server sends.
#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/imap/server/commands.h"

namespace mailctl::imap {
namespace {

/// False where there is nothing of that name to enable.
bool enable(Session& session, std::string_view name)
{
    if (ascii::equals_ignoring_case(name, "CONDSTORE")) {
        session.has_condstore = true;
    } else if (ascii::equals_ignoring_case(name, "QRESYNC")) { // RFC 7162 §3.2.3: both
        session.has_condstore = true;
        session.has_qresync = true;
    } else if (ascii::equals_ignoring_case(name, "UTF8=ACCEPT")) {
        session.has_utf8 = true;
    } else if (ascii::equals_ignoring_case(name, "UIDONLY")) {
        session.is_uid_only = true;
    } else if (ascii::equals_ignoring_case(name, "IMAP4REV2") && session.config().imap.idle) {
        session.is_rev2 = true; // RFC 9051 §6.3.1
        if (session.view)
            session.view->knows_recent = false;
    } else {
        return false;
    }
    return true;
}

} // namespace

/// RFC 5161 §3.1. Unknown names are ignored.
Completion on_enable(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    PARSE_TRY_VOID(args.space());
    std::string enabled;
    do {
        PARSE_TRY(const auto name, args.atom());
        if (enable(session, name))
            enabled.append(" ").append(ascii::upper(name));
    } while (args.accept(' '));
    PARSE_TRY_VOID(args.end());
    session.out.append("* ENABLED").append(enabled).append("\r\n");
    return Completion::ok("ENABLE completed");
}

} // namespace mailctl::imap
