// The policies of domains that mail goes to: found, kept, refreshed. RFC 8461 §3.3, §5.1
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/dns/resolver.h"
#include "core/mta_sts/fetch.h"
#include "core/mta_sts/policy.h"

namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::mta_sts {

inline constexpr std::size_t kMaxKeptPolicies = 10'000; ///< in memory; all are in the store
inline constexpr milliseconds kLookAgain = std::chrono::minutes(10);
inline constexpr milliseconds kFetchAgain = std::chrono::minutes(5); ///< after a failure: §3.3

struct PoliciesParts {
    store::Store* store = nullptr;
    dns::Resolver* resolver = nullptr;
    const Clock* clock = nullptr;
    boost::asio::any_io_executor workers; ///< where fetching blocks
    std::function<Result<std::string>(const Fetch&)> fetch = fetch_policy;
};

/// What holds for a domain.
struct InForce {
    std::optional<Policy> policy; ///< nullopt: none
    /// A policy is announced and cannot be had: RFC 8460 §4.3.2.2, "sts-policy-fetch-error".
    std::string failure;
    std::string reason; ///< of it, for people
};

/// Threads: any. Borrows: store, resolver, clock.
class Policies {
public:
    explicit Policies(PoliciesParts parts) : parts_(std::move(parts)) {}

    /// The policy in force for a domain. What was fetched before holds for its max_age, also where
    /// a newer one cannot be fetched or the record is gone (§5.1, §8.3).
    Awaitable<InForce> policy_for(std::string domain, std::string ca_file);

private:
    struct Kept {
        std::optional<Policy> policy; ///< nullopt: none known
        std::string id;
        Time until{};   ///< of the policy
        Time look_at{}; ///< when the record is looked at again
        std::string failure, reason; ///< why it could not be fetched last
    };
    static InForce in_force(const Kept& kept);
    Awaitable<Kept> load(std::string domain);
    Awaitable<> save(std::string domain, Kept kept);
    Awaitable<Result<Policy>> fetch(std::string domain, std::string ca_file);

    PoliciesParts parts_;
    std::mutex mutex_; ///< of kept_
    std::map<std::string, Kept> kept_;
};

} // namespace mailctl::mta_sts
