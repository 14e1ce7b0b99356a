// Counts the octets of a domain's mailboxes and remembers the sums.
#include "core/delivery/domain_usage.h"

#include <algorithm>
#include <utility>

#include "store/domain_usage.h"

namespace mailctl::delivery {
namespace {

constexpr milliseconds kMinFresh = std::chrono::minutes(1);
constexpr int kFreshPerCounting = 100;

} // namespace

Awaitable<Result<bool>> DomainUsage::would_pass(const store::Domain& domain, std::uint64_t octets)
{
    const std::uint64_t limit = domain.limits.octets;
    if (limit == 0)
        co_return false;
    const Time start = store_.clock().now();
    const auto judge = [&](Sum& sum) {
        if (sum.octets && *sum.octets + sum.let_in + octets > limit)
            return true;
        sum.let_in += octets;
        return false;
    };
    {
        const std::lock_guard lock(mutex_);
        Sum& sum = sums_[domain.name];
        if (sum.counting || (sum.octets && start < sum.fresh_until))
            co_return judge(sum);
        sum.counting = true;
    }
    auto counted = co_await count(domain.name);
    const Time end = store_.clock().now();
    const std::lock_guard lock(mutex_);
    Sum& sum = sums_[domain.name];
    sum.counting = false;
    if (!counted)
        co_return counted.error();
    sum.octets = *counted;
    sum.let_in = 0;
    sum.fresh_until = end + std::max(kMinFresh, (end - start) * kFreshPerCounting);
    co_return judge(sum);
}

Awaitable<Result<std::uint64_t>> DomainUsage::count(std::string domain)
{
    auto usage = co_await store::usage_of_domain(store_, std::move(domain));
    if (!usage)
        co_return usage.error();
    co_return usage->octets;
}

} // namespace mailctl::delivery
