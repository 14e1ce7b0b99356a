// The settings of control.listen, as rules for its connections.
#include "core/server/remote_commands.h"

#include "conf/config.h"
#include "core/control/tcp.h"
#include "core/crypto/digest.h"
#include "core/crypto/hex.h"
#include "core/net/network.h"

namespace mailctl::server {

Result<std::vector<control::Descriptor>> listen_for_remote_commands(const conf::ControlSettings& settings)
{
    std::vector<control::Descriptor> sockets;
    for (const auto& address : settings.listen) {
        auto socket = control::listen_on(address, settings.port);
        if (!socket)
            return socket.error().within("control.listen");
        sockets.push_back(*std::move(socket));
    }
    return sockets;
}

control::RemoteRules remote_rules(std::function<std::shared_ptr<const conf::Config>()> config,
                                  auth::Authenticator& authenticator)
{
    control::RemoteRules rules;
    rules.admit = [config, &authenticator](const net::Endpoint& peer) -> Result<> {
        const auto& networks = config()->control.networks;
        if (!networks.empty() && !net::any_contains(networks, peer.address))
            return Error(Errc::Denied, "control.networks");
        return authenticator.check_ban(peer);
    };
    rules.holder = [config](std::string_view token) -> std::optional<std::string> {
        const std::string sha256 = crypto::encode_hex(crypto::digest(crypto::Hash::Sha256, token));
        for (const auto& known : config()->control.tokens)
            if (known.sha256 == sha256) // a hash: how long a comparison takes tells nothing
                return known.name;
        return std::nullopt;
    };
    rules.failed = [&authenticator](const net::Endpoint& peer) {
        authenticator.misbehaved(peer, "control.listen");
    };
    return rules;
}

} // namespace mailctl::server
