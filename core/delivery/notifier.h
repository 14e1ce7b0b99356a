// Delivers notices about queued mail, as any other mail of this server.
#pragma once

#include <functional>
#include <memory>

#include "core/queue/bounce.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::delivery {

/// `services`: the generation in force now. Borrows: the store.
std::unique_ptr<queue::Notifier> make_notifier(
    store::Store& store, std::function<std::shared_ptr<const Services>()> services);

} // namespace mailctl::delivery
