// Output of a session, and what it offers now.
#include "core/imap/server/session.h"

#include <algorithm>

#include "conf/config.h"
#include "core/auth/sasl.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kKeptOutputOctets = 1024; // more memory than this is given back

/// What every session offers, a row an extension.
constexpr std::string_view kExtensions[] = {
    "IMAP4rev1",
    "LITERAL+",           // RFC 7888
    "SASL-IR",            // RFC 4959
    "ID",                 // RFC 2971
    "ENABLE",             // RFC 5161
    "NAMESPACE",          // RFC 2342
    "ACL",                // RFC 4314
    "RIGHTS=texk",        // RFC 4314 §5.1.1
    "CHILDREN",           // RFC 3348
    "UIDPLUS",            // RFC 4315
    "MOVE",               // RFC 6851
    "UNSELECT",           // RFC 3691
    "SPECIAL-USE",        // RFC 6154
    "CREATE-SPECIAL-USE", // RFC 6154
    "ESEARCH",            // RFC 4731
    "SEARCHRES",          // RFC 5182
    "WITHIN",             // RFC 5032
    "PARTIAL",            // RFC 9394
    "SORT",               // RFC 5256
    "SORT=DISPLAY",       // RFC 5957
    "ESORT",              // RFC 5267
    "THREAD=ORDEREDSUBJECT",
    "THREAD=REFERENCES", // RFC 5256
    "THREAD=REFS",
    "I18NLEVEL=2", // RFC 5255 §4.4
    "CONDSTORE",   // RFC 7162
    "QRESYNC",     // RFC 7162
    "LIST-EXTENDED", // RFC 5258
    "LIST-STATUS",   // RFC 5819
    "LIST-MYRIGHTS", // RFC 8440
    "METADATA",        // RFC 5464
    "METADATA-SERVER", // RFC 5464 §1
    "LIST-METADATA",   // RFC 9590
    "NOTIFY",          // RFC 5465
    "STATUS=SIZE",   // RFC 8438
    "OBJECTID",      // RFC 8474
    "SAVEDATE",      // RFC 8514
    "BINARY",        // RFC 3516
    "PREVIEW",       // RFC 8970
    "UNAUTHENTICATE", // RFC 8437
    "QUOTA",          // RFC 9208
    "QUOTASET",       // RFC 9208 §3.1.1
    "QUOTA=RES-STORAGE",
    "QUOTA=RES-MESSAGE",
    "UTF8=ACCEPT", // RFC 6855
    "UIDONLY",     // RFC 9586
    "COMPRESS=DEFLATE", // RFC 4978
    "MULTIAPPEND",      // RFC 3502
    "REPLACE",          // RFC 8508
    "CATENATE",         // RFC 4469
    "URLAUTH",          // RFC 4467
    "URLAUTH=BINARY",   // RFC 5524
    "URL-PARTIAL",      // RFC 5550 §5.7.1
    "MULTISEARCH",      // RFC 7377
    "LANGUAGE",         // RFC 5255
    "INPROGRESS",       // RFC 9585
};

} // namespace

char Session::delimiter() const
{
    return config().imap.delimiter.front();
}

Session::operator sharing::Viewer() const
{
    return {services->config, *services->store, account};
}

Awaitable<> flush(Session& session)
{
    if (session.out.empty())
        co_return;
    co_await session.stream->write(session.out);
    session.out.clear();
    if (session.out.capacity() > kKeptOutputOctets)
        std::string().swap(session.out);
}

void put_fetch_start(Session& session, Uid uid)
{
    const auto number =
        session.is_uid_only ? value_of(uid) : session.view->number_of(uid).value_or(0);
    session.out.append("* ").append(std::to_string(number));
    session.out += session.is_uid_only ? " UIDFETCH (" : " FETCH (";
}

void put_fetch_start_with_uid(Session& session, Uid uid)
{
    put_fetch_start(session, uid);
    if (!session.is_uid_only)
        session.out.append("UID ").append(std::to_string(value_of(uid))).append(" ");
}

Awaitable<> drop_octets(Session& session, std::uint64_t octets)
{
    while (octets != 0) {
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(octets, kFlushOctets));
        const auto some = co_await session.reader.read_some(most);
        octets -= some.size();
    }
}

Awaitable<> ask_for_literal(Session& session)
{
    session.out += "+ Ready\r\n";
    co_await flush(session);
}

bool may_login_in_plain_text(const Session& session)
{
    const auto offered = auth::mechanisms(session.config(), session.listener, *session.stream);
    return std::any_of(offered.begin(), offered.end(),
                       [](const auto& name) { return name == "PLAIN" || name == "LOGIN"; });
}

bool may_start_tls(const Session& session)
{
    return session.services->tls != nullptr && !session.stream->tls() &&
           session.state == State::NotAuthenticated &&
           (session.listener.tls == conf::TlsMode::StartTls ||
            session.listener.tls == conf::TlsMode::RequireStartTls);
}

std::string capabilities(const Session& session)
{
    std::string out;
    for (const auto name : kExtensions)
        out.append(out.empty() ? "" : " ").append(name);
    if (session.config().imap.idle)
        out += " IDLE IMAP4rev2"; // RFC 2177; RFC 9051 has it inside
    if (session.services->fts != nullptr && session.config().fts.enabled)
        out += " SEARCH=FUZZY"; // RFC 6203
    out.append(" APPENDLIMIT="); // RFC 7889 §3
    out += std::to_string(session.config().limits.imap_literal_octets);
    if (session.is_authenticated())
        return out;
    if (may_start_tls(session))
        out += " STARTTLS";
    if (!may_login_in_plain_text(session))
        out += " LOGINDISABLED"; // RFC 3501 §6.2.3
    for (const auto& name : auth::mechanisms(session.config(), session.listener, *session.stream))
        out.append(" AUTH=").append(name);
    return out;
}

std::chrono::milliseconds silence_limit(const Session& session)
{
    const auto& limits = session.config().limits.imap;
    const auto idle =
        session.is_authenticated() ? std::max(limits.idle, kLeastIdle) : kPreAuthIdle;
    if (limits.session == std::chrono::milliseconds(0))
        return idle;
    const auto left = limits.session - (session.services->clock->now() - session.start);
    return std::clamp(left, std::chrono::milliseconds(0), idle);
}

void put_bye(Session& session, std::string_view text)
{
    session.out.append("* BYE ").append(text).append("\r\n");
}

} // namespace mailctl::imap
