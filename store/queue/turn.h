// Long work on the queue, in pages: others have their turn between them.
#pragma once

#include "core/base/awaitable.h"

namespace mailctl::store {

/// Goes to the end of the executor's line.
Awaitable<void> next_turn();

} // namespace mailctl::store
