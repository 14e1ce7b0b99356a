// How long the accounts of a store keep what was deleted.
#pragma once

#include <functional>
#include <mutex>

#include "store/account/account_host.h"
#include "store/keeping.h"
#include "store/store.h"

namespace mailctl::store {

/// Borrows: the store it is a member of.
class StoreKeeping final : public Keeping, public AccountHost {
public:
    explicit StoreKeeping(Store& store) : store_(store) {}

    void set_rules(KeepingRules rules) override;
    Awaitable<Result<milliseconds>> keep_deleted(AccountId id) override;
    Awaitable<Result<std::uint64_t>> purge() override;
    void on_growth(std::function<void(const UsageChange&)> grew) override;

    bool counts_deleted() const override;
    void usage_grew(const UsageChange& change) override;

private:
    Store& store_;
    mutable std::mutex mutex_; ///< of `rules_`
    KeepingRules rules_;
    std::mutex growth_; ///< of `grew_`; held while it runs
    std::function<void(const UsageChange&)> grew_;
};

} // namespace mailctl::store
