// Rows of the directory kept in memory: the ones there are, and the ones known to be absent.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mailctl::store {

/// A row's value; nullptr: known to be absent.
using CachedRow = std::shared_ptr<const std::string>;

/// Least recently used rows go first; absent ones have a quarter of the room, so that a stranger
/// who tries names cannot push out the rows of users. Rows stay encoded: half the memory.
///
/// A read that was overtaken by a change must not come to rest here:
///     reader: seen = generation(s)                  writer:
///             reads the row (old)
///                                                    commits
///                                                    changed(s, key): generation + 1, key out
///             put(key, old, s, seen): refused
/// Threads: any.
class RowCache {
public:
    static constexpr unsigned kShards = 512;

    explicit RowCache(std::size_t entries);

    /// True where the cache knows the row, there or absent.
    bool find(std::string_view key, CachedRow& row);
    std::uint64_t generation(unsigned shard) const { return generations_[shard].load(); }
    /// Keeps what was read, unless the shard changed since `generation` was asked.
    void put(std::string key, CachedRow row, unsigned shard, std::uint64_t generation);
    /// Forgets a row that a commit changed. Call it after every commit that may have been applied.
    void changed(unsigned shard, std::string_view key);

    std::size_t size() const;

private:
    struct Node {
        std::string key;
        CachedRow row;
    };
    using Nodes = std::list<Node>; // the most recently used first
    struct Stripe {
        mutable std::mutex mutex;
        Nodes present, absent;
        std::unordered_map<std::string_view, Nodes::iterator> index;

        Nodes& list_of(const Node& node) { return node.row ? present : absent; }
        void erase(Nodes::iterator node);
        void shorten(Nodes& nodes, std::size_t to);
    };
    static constexpr std::size_t kStripes = 16;

    Stripe& stripe_of(std::string_view key);

    std::size_t present_limit_, absent_limit_; ///< of one stripe
    std::array<Stripe, kStripes> stripes_;
    std::array<std::atomic<std::uint64_t>, kShards> generations_{};
};

} // namespace mailctl::store
