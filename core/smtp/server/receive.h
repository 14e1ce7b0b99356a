// What DATA and BDAT share.
#pragma once

#include "core/base/awaitable.h"

namespace mailctl::smtp {

class Incoming;
class Session;

/// True where the peer goes on and on past the size limit: it is not worth reading to the end.
bool is_hopeless(const Incoming& message);

/// Runs the last steps, says the replies, ends the transaction.
Awaitable<> finish_message(Session& s, Incoming& message);

} // namespace mailctl::smtp
