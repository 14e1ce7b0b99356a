// How much mail a domain's users have together, counted now and then.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "store/directory.h"

namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::delivery {

/// Sums are counted anew when they are a minute old, or a hundred times as old as the counting
/// took; meanwhile what was let in since is added. One caller counts; the others use the old sum.
/// Threads: any.
class DomainUsage {
public:
    explicit DomainUsage(store::Store& store) : store_(store) {}

    /// Whether `octets` more would pass the domain's limit; says yes only where it is known.
    Awaitable<Result<bool>> would_pass(const store::Domain& domain, std::uint64_t octets);

private:
    struct Sum {
        std::optional<std::uint64_t> octets;
        std::uint64_t let_in = 0;
        Time fresh_until{};
        bool counting = false;
    };
    Awaitable<Result<std::uint64_t>> count(std::string domain);

    store::Store& store_;
    std::mutex mutex_; ///< of sums_
    std::map<std::string, Sum> sums_;
};

} // namespace mailctl::delivery
