// One POP3 session's state, and how its handlers talk to the client.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/keeping.h"
#include "conf/listener.h"
#include "conf/user.h"
#include "core/auth/sasl.h"
#include "core/delivery/services.h"
#include "core/net/line_reader.h"
#include "core/net/session_info.h"
#include "core/pop3/reply.h"
#include "core/pop3/server/lock.h"
#include "core/pop3/server/maildrop.h"

namespace mailctl::conf {
struct ConnectionLimits; // conf/config.h
}

namespace mailctl::pop3 {

/// Threads: one at a time, on its stream's executor.
class Session {
public:
    Session(net::Stream& connection, std::shared_ptr<const delivery::Services> all,
            conf::Listener heard_at, std::shared_ptr<net::SessionInfo> face);

    const conf::Config& config() const { return *services->config; }
    const conf::ConnectionLimits& limits() const;
    Time now() const { return services->clock->now(); }
    bool is_tls() const { return stream.tls().has_value(); }
    /// STLS would work now.
    bool may_start_tls() const;
    auth::Attempt attempt() const;

    /// Output goes out when the client has nothing more on the way (RFC 2449 §6.6), or a lot waits.
    void say(const Reply& reply);
    Awaitable<> flush();
    Awaitable<> flush_if_full();
    /// The client's next line. Throws net::Disconnected.
    Awaitable<net::Line> read_line(std::size_t limit);

    net::Stream& stream;
    net::LineReader reader;
    std::shared_ptr<const delivery::Services> services;
    conf::Listener listener;
    std::shared_ptr<net::SessionInfo> info;
    Time start;

    std::string out;          ///< not written yet
    bool closing = false;
    bool utf8 = false;        ///< RFC 6856 §2.1
    unsigned bad_commands = 0;
    std::string user;         ///< of USER, waiting for PASS
    std::optional<auth::Login> login; ///< TRANSACTION state
    std::unique_ptr<Locks::Lock> lock;
    conf::Pop3Settings own;           ///< what holds for the user who logged in
    conf::UserSettings own_user;
    Maildrop drop;
    std::vector<Uid> retrieved; ///< to be marked \Seen, where that is wanted
};

/// Enters the TRANSACTION state: lock, login delay, listing. Gives the reply to PASS or AUTH.
Awaitable<Reply> open_maildrop(Session& s, auth::Login login);
/// The reply to a login that failed.
Reply refusal_of(const Error& error);

} // namespace mailctl::pop3
