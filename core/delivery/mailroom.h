// Takes in queued mail again: what was to wait until a time, and forwards as attachments.
#pragma once

#include <functional>
#include <memory>

#include "core/queue/mailroom.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::delivery {

/// Route "here": the recipient is looked up as if the message came now; its mailboxes get it, and
/// where it is forwarded it goes. RFC 4865. Route "attach:ann@example.org": a new message of hers
/// holds the whole of it (AFS-05).
/// `services`: the generation in force now. Borrows: the store.
std::unique_ptr<queue::Mailroom> make_mailroom(
    store::Store& store, std::function<std::shared_ptr<const Services>()> services);

} // namespace mailctl::delivery
