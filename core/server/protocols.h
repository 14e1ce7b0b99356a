// From a listener's protocol to the code that speaks it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "conf/listener.h"
#include "core/base/awaitable.h"
#include "core/base/error.h"
#include "core/net/session_info.h"
#include "core/net/stream.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::server {

/// Serves one connection until it ends; throws nothing.
using Serve = std::function<Awaitable<>(std::unique_ptr<net::Stream>,
                                        std::shared_ptr<const delivery::Services>, conf::Listener,
                                        std::shared_ptr<net::SessionInfo>)>;

/// The protocol's own serve().
Awaitable<> serve_protocol(std::unique_ptr<net::Stream> stream,
                           std::shared_ptr<const delivery::Services> services,
                           conf::Listener listener, std::shared_ptr<net::SessionInfo> info);

/// What a client hears that may not connect now, in its protocol's words.
std::string refusal(conf::Protocol protocol, const conf::Config& config, std::string_view hostname,
                    Errc why);

/// The log area of a protocol: "smtp", "submission", ...
std::string_view area_of(conf::Protocol protocol);

} // namespace mailctl::server
