// What an account asks of the store that it belongs to.
#pragma once

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/keeping.h"

namespace mailctl::store {

/// Threads: any.
class AccountHost {
public:
    virtual ~AccountHost() = default;
    /// 0: what is expunged there is gone at once. Errors: Unavailable.
    virtual Awaitable<Result<milliseconds>> keep_deleted(AccountId id) = 0;
    /// What was deleted counts where limits are checked.
    virtual bool counts_deleted() const = 0;
    /// Must not block.
    virtual void usage_grew(const UsageChange& change) = 0;
};

} // namespace mailctl::store
