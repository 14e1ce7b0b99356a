// Commands from other machines: TLS connections whose streams stand for a caller's descriptors.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/control/server.h"
#include "core/net/stream.h"

namespace mailctl::net {
class TlsContext; // core/net/tls.h
}

namespace mailctl::control {

inline constexpr unsigned kMaxRemoteClients = 16;  ///< at once; the next is sent away
inline constexpr std::size_t kMaxTokenOctets = 256;

/// What the server decides. Threads: any; each is called anew for every connection.
struct RemoteRules {
    /// The certificates; nullptr: none now.
    std::function<std::shared_ptr<const net::TlsContext>()> tls;
    /// Errors: Denied (may not connect), for the log.
    std::function<Result<>(const net::Endpoint&)> admit;
    /// Whose token it is; nullopt: nobody's.
    std::function<std::optional<std::string>(std::string_view token)> holder;
    /// Showed neither a certificate nor a token that counts.
    std::function<void(const net::Endpoint&)> failed;
    ControlServer::Run run;
};

/// Threads: start and stop on one; each connection has its own.
class RemoteServer {
public:
    /// Takes over sockets of listen_on().
    RemoteServer(std::vector<Descriptor> sockets, RemoteRules rules);
    ~RemoteServer(); ///< as stop()
    RemoteServer(const RemoteServer&) = delete;
    RemoteServer& operator=(const RemoteServer&) = delete;

    /// Accepts no more, cancels the commands under way and waits for their end.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mailctl::control
