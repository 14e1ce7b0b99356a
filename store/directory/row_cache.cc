// The directory's row cache: striped lists of rows in order of use.
#include "store/directory/row_cache.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace mailctl::store {

RowCache::RowCache(std::size_t entries)
    : present_limit_(std::max<std::size_t>(entries / kStripes, 4)),
      absent_limit_(std::max<std::size_t>(entries / kStripes / 4, 4))
{
}

RowCache::Stripe& RowCache::stripe_of(std::string_view key)
{
    return stripes_[std::hash<std::string_view>()(key) % kStripes];
}

void RowCache::Stripe::erase(Nodes::iterator node)
{
    index.erase(node->key);
    list_of(*node).erase(node);
}

void RowCache::Stripe::shorten(Nodes& nodes, std::size_t to)
{
    while (nodes.size() > to)
        erase(std::prev(nodes.end()));
}

bool RowCache::find(std::string_view key, CachedRow& row)
{
    Stripe& stripe = stripe_of(key);
    const std::lock_guard lock(stripe.mutex);
    const auto found = stripe.index.find(key);
    if (found == stripe.index.end())
        return false;
    Nodes& nodes = stripe.list_of(*found->second);
    nodes.splice(nodes.begin(), nodes, found->second);
    row = found->second->row;
    return true;
}

void RowCache::put(std::string key, CachedRow row, unsigned shard, std::uint64_t generation)
{
    Stripe& stripe = stripe_of(key);
    const std::lock_guard lock(stripe.mutex);
    if (generations_[shard].load() != generation)
        return;
    if (const auto old = stripe.index.find(key); old != stripe.index.end())
        stripe.erase(old->second);
    Nodes& nodes = row ? stripe.present : stripe.absent;
    nodes.push_front({std::move(key), std::move(row)});
    stripe.index.emplace(nodes.front().key, nodes.begin());
    stripe.shorten(stripe.present, present_limit_);
    stripe.shorten(stripe.absent, absent_limit_);
}

void RowCache::changed(unsigned shard, std::string_view key)
{
    ++generations_[shard];
    Stripe& stripe = stripe_of(key);
    const std::lock_guard lock(stripe.mutex);
    if (const auto found = stripe.index.find(key); found != stripe.index.end())
        stripe.erase(found->second);
}

std::size_t RowCache::size() const
{
    std::size_t sum = 0;
    for (const Stripe& stripe : stripes_) {
        const std::lock_guard lock(stripe.mutex);
        sum += stripe.index.size();
    }
    return sum;
}

} // namespace mailctl::store
