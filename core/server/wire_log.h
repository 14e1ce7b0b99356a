// Level wire: what clients and the server say, line by line, in the log. LOG-01
#pragma once

#include <memory>

#include "conf/listener.h"
#include "core/net/session_info.h"
#include "core/net/stream.h"

namespace mailctl::server {

/// The stream itself where nobody asked for its lines: when the session begins.
std::unique_ptr<net::Stream> with_wire_log(std::unique_ptr<net::Stream> stream,
                                           conf::Protocol protocol,
                                           std::shared_ptr<net::SessionInfo> info);

} // namespace mailctl::server
