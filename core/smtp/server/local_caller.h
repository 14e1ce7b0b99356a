// A program of this machine that hands over mail without a connection of its own.
#pragma once

#include <string>

namespace mailctl::smtp {

/// May name any sender and any recipient: whoever may use the control socket, or write into the
/// pickup folder. CLI-05
struct LocalCaller {
    std::string delivery_id; ///< of its one message, where a repetition must be a no-op; empty: made
};

} // namespace mailctl::smtp
