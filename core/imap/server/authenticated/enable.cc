// ENABLE: a client asks for extensions that change what the server sends.
#include "core/base/ascii.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/context/contexts.h"
#include "core/imap/server/notify/notify.h"

namespace mailctl::imap {
namespace {

bool is(std::string_view name, std::string_view extension)
{
    return ascii::equals_ignoring_case(name, extension);
}

/// False where there is nothing of that name to enable. `metadata`: gets what METADATA asks for.
bool enable(Session& session, std::string_view name, NotifyEvents& metadata)
{
    if (is(name, "CONDSTORE") && session.offers(Extension::CondStore)) {
        session.has_condstore = true;
    } else if (is(name, "QRESYNC") && session.offers(Extension::Qresync)) { // RFC 7162 §3.2.3: both
        session.has_condstore = true;
        session.has_qresync = true;
    } else if (is(name, "UTF8=ACCEPT") && session.offers(Extension::Utf8Accept)) {
        session.has_utf8 = true;
    } else if (is(name, "UIDONLY") && session.offers(Extension::UidOnly)) {
        session.is_uid_only = true;
        end_numbered(session);
    } else if (is(name, "IMAP4REV2") && session.offers(Extension::Rev2)) {
        session.is_rev2 = true; // RFC 9051 §6.3.1
        if (session.view)
            session.view->knows_recent = false;
    } else if (is(name, "METADATA") && session.offers(Extension::Metadata)) { // RFC 5464 §4.4.2
        metadata.add(NotifyEvent::MailboxMetadataChange);
        metadata.add(NotifyEvent::ServerMetadataChange);
    } else if (is(name, "METADATA-SERVER") && session.offers(Extension::MetadataServer)) {
        metadata.add(NotifyEvent::ServerMetadataChange);
    } else {
        return false;
    }
    return true;
}

} // namespace

/// RFC 5161 §3.1. Unknown names are ignored.
Awaitable<Completion> on_enable(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    std::string enabled;
    NotifyEvents metadata;
    do {
        CO_PARSE_TRY(const auto name, args.atom());
        if (enable(session, name, metadata))
            enabled.append(" ").append(is(name, "IMAP4rev2") ? "IMAP4rev2" : ascii::upper(name));
    } while (args.accept(' '));
    CO_PARSE_TRY_VOID(args.end());
    if (metadata.bits != 0) {
        const auto done = co_await enable_metadata(session, metadata);
        if (!done)
            co_return refuse(done.error());
    }
    session.out.append("* ENABLED").append(enabled).append("\r\n");
    co_return Completion::ok("ENABLE completed");
}

} // namespace mailctl::imap
