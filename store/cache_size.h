// How much memory the cache of rows takes where no setting says so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace mailctl::store {

inline constexpr std::uint64_t kLeastCacheOctets = 64ULL << 20;
inline constexpr std::uint64_t kMostCacheOctets = 512ULL << 20;

/// A thirty-second part of the memory, within those limits.
std::uint64_t cache_octets_for(std::uint64_t memory_octets);

/// Memory that this process may use: the machine's, or less where its control group has less.
std::uint64_t memory_octets();

/// The least memory.max of a control group and those that it is in: see cgroups(7), version 2.
/// `groups`: /proc/self/cgroup's text; `root`: where they are mounted. No limit: the largest number.
std::uint64_t control_group_octets(std::string_view groups, const std::filesystem::path& root);

} // namespace mailctl::store
