// What the verbs of mailctl session share: which sessions, and how one is shown.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <array>

#include "cmd/session/session.h"
#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/net/network.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

/// In the order of conf::Protocol.
constexpr std::array<std::string_view, 6> kProtocols{"smtp", "submission", "lmtp",
                                                     "imap", "pop3",       "http"};

} // namespace

std::vector<LiveSession> live_sessions(Context& ctx)
{
    std::vector<LiveSession> out;
    const auto config = ctx.config();
    for (auto& view : ctx.server()->sessions()) {
        LiveSession& session = out.emplace_back(LiveSession{std::move(view), {}});
        if (!config)
            continue;
        for (const auto& listener : (*config)->listeners)
            if (listener.name == session.protocol)
                session.service = kProtocols.at(static_cast<std::size_t>(listener.protocol));
    }
    return out;
}

Result<> SessionFilter::check() const
{
    const bool known = std::find(kProtocols.begin(), kProtocols.end(), protocol) != kProtocols.end();
    if (!protocol.empty() && !known)
        return Error(Errc::Invalid, ascii::printable(protocol) + ": no protocol of listeners");
    if (!network.empty() && network != "unix")
        TRY_VOID(net::Network::parse(network));
    return ok();
}

bool SessionFilter::matches(const LiveSession& session) const
{
    const bool is_near = network.empty() || network == session.peer.address ||
                         net::any_contains({network}, session.peer.address);
    return (user.empty() || ascii::equals_ignoring_case(user, session.user)) &&
           (listener.empty() || listener == session.protocol) &&
           (protocol.empty() || protocol == session.service) && is_near;
}

std::string_view state_of(const net::SessionInfo::View& session)
{
    if (!session.mailbox.empty())
        return "selected";
    return session.user.empty() ? "connected" : "logged_in";
}

std::vector<std::string_view> session_columns()
{
    return {"id",     "listener", "protocol", "peer",     "user",  "client",
            "state",  "mailbox",  "sender",   "command",  "since", "start",
            "duration", "tls",    "cipher",   "received", "sent",  "login"};
}

std::vector<Cell> session_cells(const LiveSession& session)
{
    std::optional<Time> since;
    if (session.command_start != Time{})
        since = std::chrono::floor<seconds>(session.command_start);
    const auto lasts = std::chrono::floor<seconds>(system_clock().now() - session.start);
    return {session.id,
            session.protocol,
            session.service,
            to_string(session.peer),
            session.user,
            session.client,
            state_of(session),
            session.mailbox,
            session.sender,
            session.command,
            since,
            session.start,
            to_text(std::max(lasts, seconds(0))),
            session.tls_version,
            session.tls_cipher,
            Octets{session.octets_received},
            Octets{session.octets_sent},
            session.credential.substr(0, session.credential.find(':'))};
}

void add_session_filter(CLI::App& verb, SessionFilter& filter)
{
    verb.add_option("--user", filter.user, "Only sessions of this login")->type_name("ADDRESS");
    verb.add_option("--listener", filter.listener, "Only sessions of this listener")
        ->type_name("NAME");
    verb.add_option("--protocol", filter.protocol, "Only smtp, submission, lmtp, imap, pop3 or http")
        ->type_name("WORD");
    verb.add_option("--address", filter.network, "Only sessions from this IP address or network")
        ->type_name("NETWORK");
}

} // namespace mailctl::cmd
