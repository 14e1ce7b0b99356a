// What is kept until its time is over, the longest unused forgotten first.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "core/base/clock.h"

namespace mailctl::dns {

/// Threads: any.
template <class Key, class Value>
class TtlCache {
public:
    explicit TtlCache(std::size_t most) : most_(most) {}

    struct Found {
        Value value;
        seconds left{0};
    };

    std::optional<Found> find(const Key& key, Time now)
    {
        const std::lock_guard lock(mutex_);
        const auto found = kept_.find(key);
        if (found == kept_.end())
            return std::nullopt;
        if (found->second.until <= now) {
            erase(found);
            return std::nullopt;
        }
        recent_.splice(recent_.begin(), recent_, found->second.used);
        return Found{found->second.value, std::chrono::ceil<seconds>(found->second.until - now)};
    }

    void keep(const Key& key, const Value& value, Time until)
    {
        if (most_ == 0)
            return;
        const std::lock_guard lock(mutex_);
        if (const auto found = kept_.find(key); found != kept_.end())
            erase(found);
        while (kept_.size() >= most_) {
            kept_.erase(recent_.back());
            recent_.pop_back();
        }
        recent_.push_front(key);
        kept_.emplace(key, Kept{value, until, recent_.begin()});
    }

    /// Forgets those whose key `which` says yes to, and tells how many.
    template <class Which>
    std::size_t forget(Which which)
    {
        const std::lock_guard lock(mutex_);
        std::size_t forgotten = 0;
        for (auto at = kept_.begin(); at != kept_.end();) {
            const auto next = std::next(at);
            if (which(at->first)) {
                erase(at);
                ++forgotten;
            }
            at = next;
        }
        return forgotten;
    }

private:
    struct Kept {
        Value value;
        Time until{};
        typename std::list<Key>::iterator used;
    };
    void erase(typename std::map<Key, Kept>::iterator at)
    {
        recent_.erase(at->second.used);
        kept_.erase(at);
    }

    std::size_t most_;
    std::mutex mutex_; ///< of the members below
    std::map<Key, Kept> kept_;
    std::list<Key> recent_; ///< latest used first
};

} // namespace mailctl::dns
