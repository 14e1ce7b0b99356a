// mailctl session: the live connections of the running server.
#pragma once

#include <string>
#include <vector>

#include "cmd/context.h"
#include "core/net/session_info.h"

namespace mailctl::cmd {

/// Which sessions: the same words for every verb. Empty: all.
struct SessionFilter {
    std::string user, listener, address;
    bool is_empty() const { return user.empty() && listener.empty() && address.empty(); }
    bool matches(const net::SessionInfo::View& session) const;
};
void add_session_filter(CLI::App& verb, SessionFilter& filter);

void add_session_list(CLI::App& session, Context& ctx);
void add_session_kick(CLI::App& session, Context& ctx);

} // namespace mailctl::cmd
