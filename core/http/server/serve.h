// HTTP/1.1, server side: small requests, answered from memory. RFC 9110, RFC 9112
#pragma once

#include <memory>

#include "conf/listener.h"
#include "core/base/awaitable.h"
#include "core/net/session_info.h"
#include "core/net/stream.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::http {

/// Answers requests until the client closes, is silent for too long, or has had http.requests.
/// Throws nothing.
Awaitable<> serve(std::unique_ptr<net::Stream> stream, std::shared_ptr<const delivery::Services> services,
                  conf::Listener listener, std::shared_ptr<net::SessionInfo> info);

} // namespace mailctl::http
