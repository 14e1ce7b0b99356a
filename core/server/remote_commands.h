// Who may command this server from another machine: control.listen and its neighbours. CLI-07
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/auth/authenticator.h"
#include "core/control/remote_server.h"

namespace mailctl::conf {
struct Config;          // conf/config.h
struct ControlSettings; // conf/config.h
} // namespace mailctl::conf

namespace mailctl::server {

/// Sockets on control.listen. Errors: Exists, Denied, Unavailable, naming the address.
Result<std::vector<control::Descriptor>> listen_for_remote_commands(const conf::ControlSettings& settings);

/// The rules of the settings in force. Borrows: the authenticator.
control::RemoteRules remote_rules(std::function<std::shared_ptr<const conf::Config>()> config,
                                  auth::Authenticator& authenticator);

} // namespace mailctl::server
