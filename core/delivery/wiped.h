// What a client with an old password is given: the server as it is, over a store without mail.
// USR-12
#pragma once

#include <memory>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/delivery/services.h"
#include "store/directory.h"

namespace mailctl::delivery {

struct Wiped {
    std::shared_ptr<const Services> services; ///< owns its store, which is in memory
    store::User user;                         ///< of that store
    Wiped() = default;
};

/// Makes a store that knows this one user, with its default mailboxes and without a message. It
/// goes with the last that holds the services. Errors: those of the store.
Awaitable<Result<Wiped>> wiped(std::shared_ptr<const Services> services, store::User user);

} // namespace mailctl::delivery
