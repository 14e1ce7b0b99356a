// What the sending limits remember: counters of each account and domain, and whom each wrote to.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/engine.h"

namespace mailctl::store {

/// Correspondents kept of one account; past it those that were written to longest ago go.
inline constexpr std::size_t kMaxCorrespondents = 10'000;

/// Counters by who they are of: "ann@example.org", or "@example.org" of a domain.
using SendingRow = std::pair<std::string, std::string>;
/// Errors: Unavailable. Empty: none.
Awaitable<Result<std::string>> read_sending(Engine& engine, std::string subject);
Awaitable<Result<std::vector<SendingRow>>> read_all_sending(Engine& engine);
/// An empty value erases.
Awaitable<Result<>> write_sending(Engine& engine, std::vector<SendingRow> rows);

/// Those of `addresses` that the account never wrote to, as far as it is remembered.
Awaitable<Result<std::vector<std::string>>> unknown_correspondents(
    Engine& engine, AccountId account, std::vector<std::string> addresses);
Awaitable<Result<>> add_correspondents(Engine& engine, AccountId account,
                                       std::vector<std::string> addresses, Time now);
/// Forgets the oldest ones past kMaxCorrespondents; gives how many are left.
Awaitable<Result<std::size_t>> trim_correspondents(Engine& engine, AccountId account);

} // namespace mailctl::store
