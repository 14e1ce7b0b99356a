// Asks the machine and its control groups how much memory there is.
#include "store/cache_size.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "core/base/ascii.h"

namespace mailctl::store {
namespace {

constexpr std::uint64_t kPartOfMemory = 32;
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

/// Empty where it cannot be read, as where there are no control groups.
std::string text_of(const std::filesystem::path& path)
{
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::uint64_t limit_in(const std::filesystem::path& group)
{
    const auto text = text_of(group / "memory.max"); // "max" or octets
    return ascii::parse_number<std::uint64_t>(ascii::trim(text)).value_or(kNoLimit);
}

} // namespace

std::uint64_t cache_octets_for(std::uint64_t memory_octets)
{
    return std::clamp(memory_octets / kPartOfMemory, kLeastCacheOctets, kMostCacheOctets);
}

std::uint64_t control_group_octets(std::string_view groups, const std::filesystem::path& root)
{
    constexpr std::string_view kUnified = "0::/";
    const auto at = groups.starts_with(kUnified) ? 0 : groups.find("\n0::/");
    if (at == std::string_view::npos)
        return kNoLimit;
    auto name = groups.substr(groups.find('/', at) + 1);
    name = name.substr(0, name.find('\n'));
    auto least = limit_in(root);
    auto group = root;
    for (const auto& part : std::filesystem::path(name)) {
        group /= part;
        least = std::min(least, limit_in(group));
    }
    return least;
}

std::uint64_t memory_octets()
{
    const auto pages = static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PHYS_PAGES)));
    const auto page = static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PAGESIZE)));
    return std::min(pages * page, control_group_octets(text_of("/proc/self/cgroup"), "/sys/fs/cgroup"));
}

} // namespace mailctl::store
