// Decoded DKIM keys: reading a private key for each message would cost more than signing.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/directory/row_cache.h"
#include "store/dkim_keys.h"

namespace mailctl::store {

/// What was decoded from a row counts while the row cache gives that very row: so every change of
/// the row, by whatever way, is seen at once. Threads: any.
class DkimCache {
public:
    /// nullptr: not known, or from another row.
    std::shared_ptr<const DkimDomain> find(const std::string& domain, const CachedRow& row) const
    {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(domain);
        return found != known_.end() && found->second.row == row ? found->second.domain : nullptr;
    }
    void put(std::string domain, CachedRow row, std::shared_ptr<const DkimDomain> decoded)
    {
        const std::lock_guard lock(mutex_);
        if (known_.size() >= kDomains && !known_.contains(domain))
            known_.erase(known_.begin()); // any: they all come back when they are needed
        known_.insert_or_assign(std::move(domain), Known{std::move(row), std::move(decoded)});
    }

private:
    static constexpr std::size_t kDomains = 10'000;
    struct Known {
        CachedRow row;
        std::shared_ptr<const DkimDomain> domain;
    };
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Known> known_;
};

} // namespace mailctl::store
