// The server's side: accepts commands on the control socket and runs them on threads of its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/control/request.h"
#include "core/control/socket.h"

namespace mailctl::control {

inline constexpr unsigned kMaxCommands = 16; ///< at once; others wait

/// A request with what the server knows of it.
struct Command {
    Request request;
    Peer peer;          ///< of the control socket
    std::string remote; ///< "laptop at 192.0.2.7:40000" of control.listen; empty: the control socket
    std::shared_ptr<const std::atomic<bool>> cancelled; ///< the client is gone, or the server stops
};

/// Who may use the socket besides root: this user, and members of this group.
struct Access {
    unsigned uid = 0;
    std::optional<unsigned> gid;
};

/// Threads: start and stop on one; `run` is called on several, and may block.
class ControlServer {
public:
    using Run = std::function<Answer(Command&)>;

    /// Takes over a socket from listen_at; `path` is removed at the end.
    ControlServer(Descriptor socket, std::string path, Access access, Run run);
    ~ControlServer(); ///< as stop()
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    /// Accepts no more, cancels the commands under way and waits for their end.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mailctl::control
