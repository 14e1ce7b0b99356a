// What the sender's domain says of the client.
#pragma once

#include "core/base/awaitable.h"

namespace mailctl::smtp {

class Session;
struct Recipient;

/// Looks SPF of the sender up, once a transaction, where it may decide about a bounce: bounce.to is
/// "spf", a stranger sends, and mail for this recipient will be in the queue. Refuses nothing.
/// OUT-11
Awaitable<> look_up_spf(Session& s, const Recipient& recipient);

} // namespace mailctl::smtp
