// A load whose every state can be told from one counter an account: what crash tests run.
//
// Commit n of an account puts row n, on some n an inline body and a large one, moves the counter
// to n and erases what commit n - kWindow put. After a crash the counter must be at least the last
// acknowledged one, at most one more, and everything in the window must be there to the octet.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "core/base/ids.h"
#include "store/engine.h"

namespace mailctl::tests {

inline constexpr int kAccounts = 12;

/// The last acknowledged commit of each account.
using Acknowledged = std::map<AccountId, std::uint64_t>;

/// Commits on every account, on `threads` threads, until a commit fails or `stop` is set.
/// `on_acknowledged` runs on any of the threads.
void run_load(store::Engine& engine, int threads, const std::atomic<bool>& stop,
              const std::function<void(AccountId, std::uint64_t)>& on_acknowledged);

/// What is wrong in the store, empty: nothing. Gives the counters found in `counters`.
std::string check_load(store::Engine& engine, const Acknowledged& acknowledged,
                       Acknowledged& counters);

} // namespace mailctl::tests
