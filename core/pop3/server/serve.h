// One pop3 session from greeting to goodbye.
#pragma once

#include <memory>

#include "conf/listener.h"
#include "core/base/awaitable.h"
#include "core/net/session_info.h"
#include "core/net/stream.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::pop3 {

/// Serves one connection until it ends; the listener says which protocol and policy.
/// Implicit TLS is done already. Spawned: takes everything by value. Throws nothing.
Awaitable<> serve(std::unique_ptr<net::Stream> stream,
                  std::shared_ptr<const delivery::Services> services, conf::Listener listener,
                  std::shared_ptr<net::SessionInfo> info);

} // namespace mailctl::pop3
