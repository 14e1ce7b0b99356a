// Sessions whose login would not be let in any more. USR-12
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/awaitable.h"
#include "core/net/session_info.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::server {

/// The numbers of those whose user is gone, may not log in, or has another password by now, or whose
/// app password or certificate is gone; where user.end_sessions says so. A user of whom the store
/// cannot tell keeps its sessions.
Awaitable<std::vector<std::uint64_t>> stale_sessions(store::Store& store, const conf::Config& config,
                                                     std::vector<net::SessionInfo::View> sessions);

} // namespace mailctl::server
