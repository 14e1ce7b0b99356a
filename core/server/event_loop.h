// An io_context that can let go of what waits in it before it goes itself.
#pragma once

#include <boost/asio/io_context.hpp>

namespace mailctl::server {

/// Coroutines that are cut wait in one context for what another one holds, and have their streams and
/// timers in a third: none of those may be gone when their frames are destroyed.
class EventLoop : public boost::asio::io_context {
public:
    using io_context::io_context;

    /// Destroys all that waits here, frames of coroutines among it. What they destroy in their turn
    /// may be of this context or of another one that is still there. Order: after its threads.
    void let_go() { shutdown(); }
};

} // namespace mailctl::server
