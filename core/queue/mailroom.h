// Queued mail that this server takes in again instead of sending it as it is.
#pragma once

#include <cstdint>
#include <memory>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "store/queue.h"

namespace mailctl::queue {

enum class Taken : std::uint8_t {
    Kept,   ///< in a mailbox of this server
    SentOn, ///< in the queue, as an entry of its own
};

/// What a recipient with the route "here" or "attach:FORWARDER" (core/route/route.h) is handed to.
class Mailroom {
public:
    virtual ~Mailroom() = default;
    /// Takes the message for one recipient, durable before it returns. A re-run adds nothing.
    /// Errors: NotFound, Denied, Invalid: it will never be taken; all others: perhaps later.
    virtual Awaitable<Result<Taken>> take(std::shared_ptr<const store::QueueEntry> entry,
                                          std::uint32_t recipient) = 0;
};

} // namespace mailctl::queue
