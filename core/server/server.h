// The whole server: built from settings, reloaded, stopped.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/control/server.h"
#include "core/dns/resolver.h"
#include "core/net/session_info.h"
#include "core/queue/runner.h"
#include "core/server/listeners.h"
#include "core/server/protocols.h"

namespace mailctl::auth {
class Authenticator; // core/auth/authenticator.h
}
namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::server {

class Server;

inline constexpr std::chrono::seconds kStopLimit{20};

/// What a server is made with beside its settings. Tests replace what they need.
struct Parts {
    Serve serve = serve_protocol;
    /// Runs a command that came over the control socket.
    std::function<control::Answer(Server&, control::Command&)> run_command;
    /// Opens the store once the process has the rights it keeps; default: store::open_store.
    std::function<Result<std::unique_ptr<store::Store>>(const conf::Config&)> open_store;
    bool fence = true;     ///< raise_fence; for the life of the process
    bool is_quiet = false; ///< leaves the log's output and levels alone
    std::chrono::milliseconds stop_limit = kStopLimit; ///< then sessions are cut
};

/// What came of a reload.
struct Reloaded {
    std::vector<std::string> restart; ///< settings that changed and wait for a restart
};

/// Threads: members may be called from any thread but those that serve sessions, unless said.
class Server {
public:
    /// Binds, drops root's rights, opens the store and serves. Everything the settings ask for
    /// works, or nothing runs.
    /// Errors: those of prepare_data_dir, listen_at, load_certificates, Listeners::prepare, become
    /// and open_store.
    static Result<std::unique_ptr<Server>> start(std::shared_ptr<const conf::Config> config,
                                                 Parts parts = {});
    ~Server(); ///< as stop()
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Accepts no more and lets each session answer its command under way. The store closes with
    /// the server. Limit: Parts::stop_limit, then sessions are cut.
    void stop();

    /// Puts new settings in force: all of them, or none. Sessions under way keep the settings they
    /// began with; certificates are read again. Errors: as start; the old settings stay.
    Result<Reloaded> reload(std::shared_ptr<const conf::Config> config);
    /// The same from the file the settings came from. Errors: Invalid, naming every mistake.
    Result<Reloaded> reload_file();

    /// As reload, on trial: the settings from before come back by themselves after `within`, unless
    /// confirm_settings follows. A second trial keeps what the first would have brought back.
    Result<Reloaded> try_settings(std::shared_ptr<const conf::Config> config,
                                  std::chrono::milliseconds within);
    /// Keeps settings on trial. Errors: NotFound (none are on trial).
    Result<> confirm_settings();

    std::shared_ptr<const conf::Config> config() const; ///< Threads: any.
    /// What sessions that begin now are handed. Threads: any.
    std::shared_ptr<const delivery::Services> services() const;
    store::Store& store();                              ///< Threads: any.
    auth::Authenticator& authenticator();               ///< Threads: any.
    dns::Resolver& resolver();                          ///< Threads: any.
    queue::Runner& runner();                            ///< Threads: any.
    tls_rpt::Counters& tls_reports();                   ///< Threads: any.
    /// Where awaited work of commands runs.
    boost::asio::any_io_executor executor();

    std::vector<net::SessionInfo::View> sessions() const; ///< Oldest first. Threads: any.
    bool kick(std::uint64_t session);                     ///< False: no such session.
    std::size_t kick_user(std::string_view user);
    std::vector<Listeners::View> listeners() const;
    Result<> stop_listener(const std::string& name);  ///< As Listeners::stop.
    Result<> start_listener(const std::string& name); ///< As Listeners::start.
    Time started() const;
    unsigned generation() const; ///< 1, and one more with each reload

private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    void take_back();
    std::unique_ptr<State> state_;
};

} // namespace mailctl::server
