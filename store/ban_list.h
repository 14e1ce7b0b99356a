// The ban list: rows of the server's own partition, so that bans survive a restart.
#pragma once

#include <string>
#include <vector>

#include "store/engine.h"
#include "store/store.h"

namespace mailctl::store {

/// All of them, by network; also those that are over. Errors: Unavailable, Corrupt.
Awaitable<Result<std::vector<Ban>>> read_bans(Engine& engine);
/// Adds or replaces the ban of its network. Errors: Invalid (no network, too long).
Awaitable<Result<>> write_ban(Engine& engine, Ban ban);
/// Errors: NotFound.
Awaitable<Result<>> erase_ban(Engine& engine, std::string network);

} // namespace mailctl::store
