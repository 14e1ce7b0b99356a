// Users whom a user lets send as him: one line of User::delegates each. AUTH-07
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/user.h"
#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/directory.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::delegation {

inline constexpr std::size_t kMaxDelegates = 100; ///< of one user

/// Delegates are accounts, not addresses: a new user who gets the address of an erased one has no
/// right that was given to the other.
struct Delegate {
    AccountId account{};
    conf::Delegation as = conf::Delegation::Off;
    Time since{};
};

/// "u_0000000000000005 send-as 2026-11-26T06:45:00Z". DO NOT CHANGE: on disk since 0.1
std::string to_string(const Delegate& one);
/// Errors: Invalid.
Result<Delegate> parse_delegate(std::string_view line);
/// Those of a user that can be read.
std::vector<Delegate> delegates_of(const store::User& owner);

/// "off", "on-behalf", "send-as".
std::string_view name_of(conf::Delegation one);

/// What the owner gave this account; Off: nothing.
conf::Delegation given_to(const store::User& owner, AccountId account);

/// user.delegation as it holds for the owner; Off where no mail reaches the owner now (disabled,
/// expired, removed). Errors: those of the directory.
Awaitable<Result<conf::Delegation>> allowed_to_give(store::Store& store, const conf::Config& config,
                                                    const store::User& owner);
/// What holds now: of what was given, no more than is allowed. Errors: those of the directory.
Awaitable<Result<conf::Delegation>> right_of(store::Store& store, const conf::Config& config,
                                             const store::User& owner, AccountId account);

} // namespace mailctl::delegation
