// How long the store keeps what was deleted, and who hears of usage that changes.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/account.h"

namespace mailctl::store {

/// A line of User::settings or Domain::settings that starts so holds how long deleted mail of its
/// users is kept, instead of KeepingRules::deleted: "deleted.keep=30d".
inline constexpr std::string_view kKeepDeletedSetting = "deleted.keep=";

/// Where nothing is set, deleted mail is gone at once.
struct KeepingRules {
    milliseconds deleted{0};     ///< how long what was expunged can be brought back; 0: not at all
    bool counts_deleted = false; ///< it counts in quotas until then
};

/// Usage of one account before and after a commit.
struct UsageChange {
    AccountId account{};
    Usage before, after;
    Usage limits;
};

/// Threads: any. Get it from Store::keeping().
class Keeping {
public:
    virtual ~Keeping() = default;
    virtual void set_rules(KeepingRules rules) = 0;
    /// How long deleted mail of the account is kept: the user's own setting, else the domain's, else
    /// the rule. Errors: Unavailable.
    virtual Awaitable<Result<milliseconds>> keep_deleted(AccountId id) = 0;
    /// Ends for ever what was deleted too long ago, in every account; gives how many messages. An
    /// account that nothing was deleted from costs one read.
    virtual Awaitable<Result<std::uint64_t>> purge() = 0;
    /// Called after commits that let an account use more; any thread, must not block. An empty
    /// function ends it, and no call is under way when this returns.
    virtual void on_growth(std::function<void(const UsageChange&)> grew) = 0;
};

} // namespace mailctl::store
