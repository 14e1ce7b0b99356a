// mailctl session: the live connections of the running server.
#pragma once

#include <string>
#include <vector>

#include "cmd/context.h"
#include "cmd/table.h"
#include "core/net/session_info.h"

namespace mailctl::cmd {

/// A session, and its listener's protocol as the settings write it.
struct LiveSession : net::SessionInfo::View {
    std::string service;
};
/// Oldest first.
std::vector<LiveSession> live_sessions(Context& ctx);

/// Which sessions: the same words for every verb. Empty: all.
struct SessionFilter {
    std::string user, listener, protocol, network;
    bool is_empty() const
    {
        return user.empty() && listener.empty() && protocol.empty() && network.empty();
    }
    /// Errors: Invalid (no network, no such protocol).
    Result<> check() const;
    bool matches(const LiveSession& session) const;
};

/// Where a session stands: connected, logged_in, selected.
std::string_view state_of(const net::SessionInfo::View& session);
/// The columns of list and watch.
std::vector<std::string_view> session_columns();
std::vector<Cell> session_cells(const LiveSession& session);

void add_session_filter(CLI::App& verb, SessionFilter& filter);

void add_session_list(CLI::App& session, Context& ctx);
void add_session_kick(CLI::App& session, Context& ctx);
void add_session_watch(CLI::App& session, Context& ctx);

} // namespace mailctl::cmd
