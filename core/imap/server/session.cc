// Output of a session, and what it offers now.
#include "core/imap/server/session.h"

#include <algorithm>

#include "conf/config.h"
#include "core/auth/sasl.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kKeptOutputOctets = 1024; // more memory than this is given back

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

ExtensionSet extensions_for(const Session& session, const conf::ImapSettings& settings)
{
    auto off = settings.disabled_extensions;
    if (!settings.idle)
        off.emplace_back("IDLE");
    if (session.services->fts == nullptr || !session.config().fts.enabled)
        off.emplace_back("SEARCH=FUZZY");
    return extensions_without(off);
}

std::string capabilities(const Session& session)
{
    std::string out = "IMAP4rev1 " + capability_words(session.extensions);
    if (session.offers(Extension::AppendLimit)) // RFC 7889 §3
        out += " APPENDLIMIT=" + std::to_string(session.config().limits.imap_literal_octets);
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
